"""The criteria desk of the demo city: a list of criteria, an open period, returns on their way."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from app.accounts.models import RoleGrant
from app.core import clock
from app.core.access import CityRole, ProviderRole
from app.core.db import db
from app.indicators.criteria import starting_points
from app.indicators.models import Party, ReportingPeriod
from app.indicators.operations import returns
from app.indicators.operations.returns import Answer, ReturnFields
from app.indicators.queries import frameworks
from app.indicators.queries import returns as queries
from app.indicators.returns import figures as return_figures
from app.participation import periods
from app.participation.periods import Period
from app.providers import queries as providers
from app.providers.models import Provider

BEGUN, CERTIFIED, CHECKED = 40, 30, 15  # of the providers, by their numbers
_WORDS = ReturnFields(
    narrative="Mở lớp đều hằng tuần, thêm lớp buổi tối cho người đi làm.",
    difficulties="Phòng học nhỏ, thiếu máy tính.",
    proposals="Đề nghị phường cho mượn hội trường vào cuối tuần.",
)


def open_desk(by_id: int) -> None:
    """The list that comes with the product, and the half-year before this one."""
    starting_points.ensure_frameworks()
    framework = frameworks.in_force(starting_points.UNESCO.code)
    due_on = clock.today() + timedelta(days=20)
    code = _half_year().code
    returns.open_period(code, framework.id if framework else None, due_on, by_id)


def hand_in(by_id: int) -> int:
    """Some returns at every step; the number of those certified. Only once figures are there.

    Each provider's own people fill in and certify; `by_id` is who checks.
    """
    opened = db.session.scalars(select(ReportingPeriod).order_by(ReportingPeriod.id)).first()
    if opened is None:
        return 0
    certified = 0
    asked = queries.asked(opened, Party(provider_id=0))
    keys = list(db.session.scalars(select(Provider.id).order_by(Provider.id).limit(BEGUN)))
    for at, key in enumerate(keys):
        party = Party(provider_id=key)
        answers = {each.id: Answer(Decimal(at % 7), "Sổ theo dõi của đơn vị") for each in asked}
        words = ReturnFields(
            narrative=_WORDS.narrative, difficulties=_WORDS.difficulties,
            proposals=_WORDS.proposals, answers=answers,
        )  # fmt: skip
        owner_id = _owner(key) or by_id
        draft = returns.save_draft(opened.id, party, words, 0, owner_id)
        figures = return_figures.of(party, _half_year())
        if at < CERTIFIED and figures is not None:
            found = returns.certify(opened.id, party, figures, draft.version, owner_id)
            certified += 1
            if at < CHECKED:
                returns.check(found.id, found.version, by_id)
            elif at == CHECKED:
                returns.send_back(found.id, "Thiếu số người dạy tình nguyện.", found.version, by_id)
    return certified


def officer() -> int:
    """Whoever does all this in the demo."""
    city = select(RoleGrant.account_id).where(RoleGrant.city_role == CityRole.STATISTICIAN)
    return db.session.scalars(city.order_by(RoleGrant.id)).first() or 0


def _owner(provider_id: int) -> int | None:
    """Whoever answers for this provider."""
    owners = providers.accounts_of(provider_id, {ProviderRole.OWNER})
    return owners[0].id if owners else None


def _half_year() -> Period:
    return periods.usual(clock.today())[1]
