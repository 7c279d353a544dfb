"""What a return shows of the platform's own figures, and what its pages share."""
