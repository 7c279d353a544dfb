"""Learning from afar: the units of a run, meeting links, and attendance online."""
