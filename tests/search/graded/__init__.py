"""The development set: invented courses of every subject, and questions whose answers are known."""
