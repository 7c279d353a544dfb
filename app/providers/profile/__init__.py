"""What a provider says of itself, and the places where it teaches."""
