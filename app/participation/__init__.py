"""Facts about who really learned, the three counts over them, and what may be shown of them."""
