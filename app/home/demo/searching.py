"""What the people of the demo city looked for in the last weeks, and one search that is kept."""

import random
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core import clock
from app.home.demo.family import RESIDENT
from app.search.demand.counting import monday
from app.search.models import Letters, SavedSearch, SearchDemand

WEEKS = 12
_WARDS = 24  # in which something is looked for
_LOOKED_FOR: tuple[tuple[str, str, int, float, float], ...] = (
    ("subject:english", "", 30, 0.05, 0.15),
    ("subject:korean", "", 14, 0.5, 0.2),
    ("subject:swimming", "", 12, 0.6, 0.1),
    ("subject:sewing", "", 9, 0.1, 0.3),
    ("subject:yoga", "", 9, 0.2, 0.4),
    ("subject:driving", "", 7, 0.9, 0.0),
    ("topic:digital-skills", "", 20, 0.0, 0.2),
    ("word:ca phe", "cà phê", 5, 0.4, 0.2),
    ("", "", 16, 0.7, 0.05),
)
"""Subject, its words, how often in a week and ward at most, share of nothing, of only closed."""


def add_searches(session: Session, dice: random.Random, wards: Sequence[str]) -> None:
    """Counts of whole weeks that are over, as if people had asked."""
    this_week = monday(clock.today())
    places = ["", *dice.sample(list(wards), min(_WARDS, len(wards)))]
    for weeks in range(1, WEEKS + 1):
        for subject, label, most, nothing, closed in _LOOKED_FOR:
            for ward in places:
                asked = dice.randint(0, most) * (1 if ward else 4)
                if asked:
                    session.add(
                        SearchDemand(
                            week=this_week - timedelta(weeks=weeks), subject=subject, ward=ward,
                            label=label, asked=asked, empty=int(asked * nothing),
                            closed=int(asked * closed),
                        )
                    )  # fmt: skip
    _keep_one(session)


def _keep_one(session: Session) -> None:
    mother = session.scalars(select(Account).where(Account.email == RESIDENT[0])).one()
    session.add(
        SavedSearch(
            code="DEM0000001", person_id=mother.person_id, name="Tin học buổi tối",
            question="q=tin+h%E1%BB%8Dc&when=evening", letters=Letters.NONE,
        )
    )  # fmt: skip
