"""What goes out: calendars, sitemaps, open files."""
