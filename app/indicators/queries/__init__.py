"""Reading definitions, criteria, values, returns and reports."""
