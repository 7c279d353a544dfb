"""Letters and texts to people; reacts to events and changes no feature."""
