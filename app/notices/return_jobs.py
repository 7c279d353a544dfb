"""Letters about returns, to whoever may fill them in."""

from functools import partial

from app.accounts.contacts import Contact
from app.core.i18n import Bilingual, speaking
from app.core.jobs import handles
from app.core.keys import keyed_hash
from app.indicators.models import Return
from app.indicators.queries.returns import who_fill_in
from app.indicators.returns.events import ReturnSentBack
from app.notices import operations
from app.notices.events import MessageQueued
from app.notices.truth import sent_back
from app.notices.wording import returns as wording
from app.participation import periods


@handles(ReturnSentBack)
def tell_what_to_put_right(event: ReturnSentBack) -> None:
    """Nothing once it was certified anew or the period is closed."""
    found = sent_back(event.return_id, event.at)
    if found is None:
        return
    about = _about(found)
    goes_while = partial(MessageQueued, return_id=found.id, sent_back_at=event.at)
    for account in who_fill_in(found.party):
        to = Contact.read(account.email or account.phone or "")
        if to is None:
            continue
        with speaking(account.language):
            words = wording.sent_back(about)
        key = keyed_hash(f"{event.return_id}|{event.at}|{account.id}")[:20]
        operations.write_to(to, f"return-{key}", words, account.person_id, goes_while)


def _about(found: Return) -> wording.AboutReturn:
    party, path = _party(found)
    return wording.AboutReturn(
        party=party, period=periods.parse(found.period.code).label, remark=found.remark,
        due_on=found.period.due_on, path=path,
    )  # fmt: skip


def _party(found: Return) -> tuple[Bilingual, tuple[str, ...]]:
    """Its name, and where its return is."""
    code = found.period.code
    if found.provider is not None:
        return found.provider.name, ("provider", found.provider.slug, "returns", code)
    if found.unit is None:
        raise LookupError
    return found.unit.full_name, ("commune", found.unit.code, "returns", code, "own")
