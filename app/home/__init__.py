"""Pages and commands that join features: front page, landing pages, the demo city."""
