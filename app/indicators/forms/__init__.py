"""What staff fill in about definitions, criteria, values and returns."""
