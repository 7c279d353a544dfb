"""What accounts keep about people; importing it makes every holding known."""

from app.accounts.holdings import account, person, rights, usage

__all__ = ["account", "person", "rights", "usage"]
