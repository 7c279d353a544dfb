"""Every change of definitions, criteria, values, returns and reports."""
