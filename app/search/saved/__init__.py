"""Questions people keep: their words, what is new to them, and who wants to hear of it."""
