"""What becomes of a provider: suspended, let go again, closed, merged into another."""
