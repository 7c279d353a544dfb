"""Forms of accounts, one module for each subject."""
