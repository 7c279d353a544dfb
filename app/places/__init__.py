"""Administrative units with their history and population, and the venues that lie in them."""
