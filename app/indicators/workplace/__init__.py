"""What a provider sees of its own classes: exact figures of its own people, and what runs out."""
