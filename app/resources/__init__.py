"""Learning materials that stand beside the courses: links with their licence and subject."""
