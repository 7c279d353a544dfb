"""How people come to work at a provider: they are invited, and agree."""
