"""Words that mean the same, as the city's staff keep them."""
