"""Fee groups: who pays less for a run, see `Run.fee_groups`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.accounts.models import PriorityGroup
from app.core.i18n import Bilingual

MOST_GROUPS = 8
LONGEST_CODE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeGroup:
    """A fee for some people.

    Args:
        group: the priority group it is meant for, where it is one.
        needs_document: staff look at a paper before the fee counts.
        retired: nobody can choose it any more; it is known for those who did.
    """

    code: str
    name: Bilingual
    fee: int = 0
    group: PriorityGroup | None = None
    needs_document: bool = False
    retired: bool = False

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "FeeGroup":
        group = stored.get("group")
        return cls(
            code=str(stored.get("code", "")),
            name=Bilingual(str(stored.get("name_vi", "")), str(stored.get("name_en", ""))),
            fee=int(stored.get("fee", 0)),
            group=PriorityGroup(group) if group in set(PriorityGroup) else None,
            needs_document=bool(stored.get("needs_document")),
            retired=bool(stored.get("retired")),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "name_vi": self.name.vi,
            "name_en": self.name.en,
            "fee": self.fee,
            "group": self.group.value if self.group else None,
            "needs_document": self.needs_document,
            "retired": self.retired,
        }


def read_fee_groups(stored: Sequence[Mapping[str, Any]]) -> list[FeeGroup]:
    """The fee groups one can choose, in the order in which they are shown."""
    return [group for group in known_fee_groups(stored) if not group.retired]


def known_fee_groups(stored: Sequence[Mapping[str, Any]]) -> list[FeeGroup]:
    """Those too that nobody can choose any more."""
    return [FeeGroup.read(each) for each in stored]


def find(groups: Iterable[FeeGroup], code: str) -> FeeGroup | None:
    return next((group for group in groups if group.code == code), None)
