"""Lists of criteria: their sheets, what a new version changes, their newest figures."""
