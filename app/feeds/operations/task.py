"""What an import is to do."""

from dataclasses import dataclass

from app.feeds.operations.collecting import Reading
from app.feeds.operations.withdrawing import NOTHING, Withdrawals


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is done beside reporting. Courses stay drafts unless `publish` is wanted."""

    apply: bool = False
    good_rows: bool = False
    publish: bool = False


REPORT_ONLY = Wanted()


@dataclass(frozen=True, slots=True)
class Task:
    """One import.

    Args:
        expected: the digest of the difference that was looked at, empty where nobody did.
        withdrawals: what of the missing is to be withdrawn.
        by_id: the account that wanted it.
        file_name: what the file was called where it came from.
    """

    source_id: int
    reading: Reading
    wanted: Wanted = REPORT_ONLY
    expected: str = ""
    withdrawals: Withdrawals = NOTHING
    by_id: int | None = None
    file_name: str = ""
