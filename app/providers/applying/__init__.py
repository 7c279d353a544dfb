"""How an organisation comes to teach here: it applies, the city asks, approves or refuses."""
