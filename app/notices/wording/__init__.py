"""What letters and texts say: `base` puts them together, one module for each subject."""

from app.notices.wording import endings, groups, places, returns, runs
from app.notices.wording.base import (
    LONGEST_SMS,
    About,
    Words,
    fitted,
    plain,
    words,
)
from app.notices.wording.runs import Change, Held, Moved, sessions_moved

__all__ = [
    "LONGEST_SMS",
    "About",
    "Change",
    "Held",
    "Moved",
    "Words",
    "endings",
    "fitted",
    "groups",
    "places",
    "plain",
    "returns",
    "runs",
    "sessions_moved",
    "words",
]
