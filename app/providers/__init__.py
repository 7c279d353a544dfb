"""Organisations that teach: their type, sites and staff. Knows no course."""
