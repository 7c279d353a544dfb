"""What accounts do by themselves."""

from app.accounts import operations
from app.core.jobs import DayBegan, handles


@handles(DayBegan)
def forget_old(_event: DayBegan) -> None:
    """Codes and sessions nobody can use any more."""
    operations.forget_old_codes()
    operations.forget_old_sessions()
