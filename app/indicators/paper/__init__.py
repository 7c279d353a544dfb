"""Paper sheets of all centres of a commune: typed in by a clerk, counted as headcounts."""
