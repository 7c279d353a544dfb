"""What people look for and do not find: counts by subject, ward and week, no log."""
