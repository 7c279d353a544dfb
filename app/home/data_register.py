"""The facts the impact dossier asks for, gathered from every package."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.accounts.queries import rights
from app.accounts.rights import clocks, inventory, purposes, retention, words
from app.core import clock, config
from app.core.i18n import Bilingual, gettext
from app.core.i18n import lazy as _
from app.providers import queries as providers

RECIPIENTS = (
    (_("Staff of the class"), _("Name, year of birth and phone of those who have a place in it")),
    (_("Officers of wards and communes"), _("Counts only")),
    (_("City staff, figures"), _("Counts only; small ones hidden")),
    (_("City staff, administration"), _("What a request or a repair needs; each look is kept")),
    (_("Parents, guardians and helpers"), _("The data of those they act for")),
    (_("The public"), _("Counts only; small ones hidden")),
)
MEASURES = (
    _("Staff sign in with a second step."),
    _("Who saw or changed data is kept in a log that shows gaps."),
    _("Personal numbers and keys are kept as keyed hashes; the keys lie outside the database."),
    _("Connections are encrypted; browsers keep no personal page."),
    _("Nobody outside a class's own provider sees its learners."),
    _("Counts of fewer than five people are hidden in everything published."),
    _("Guessing is limited by account, phone and address."),
)


@dataclass(frozen=True, slots=True)
class Processor:
    """Somebody outside who handles data for the city."""

    what: str
    who: str


def facts() -> dict[str, Any]:
    """Everything the page prints."""
    return {
        "settings": config.current(),
        "today": clock.today(),
        "purposes": purposes.PURPOSES,
        "consents": _consents(),
        "tables": inventory.all_tables(),
        "recipients": RECIPIENTS,
        "measures": MEASURES,
        "rules": retention.all_rules(),
        "runs": rights.latest_retention(),
        "processors": processors(),
        "requests": _requests(),
        "clocks": clocks,
        "kinds": words.KINDS,
        "breaches": rights.breaches(),
    }


def processors() -> list[Processor]:
    """Providers by number, gateways by host: where data go, never how."""
    settings = config.current()
    count = providers.count_active()
    found = [Processor(gettext("Providers of courses"), str(count))]
    for what, address in (
        (_("Gateway for text messages"), settings.sms_url),
        (_("Relay for letters"), settings.smtp_url),
        (_("Identity provider"), settings.oidc_issuer),
    ):
        if host := urlsplit(address).hostname:
            found.append(Processor(str(what), host))
    return found


def _consents() -> list[tuple[Bilingual, str, int, int]]:
    """By purpose and version: given, withdrawn."""
    return [
        (_title(code), version, given, withdrawn)
        for code, version, given, withdrawn in rights.count_consents()
    ]


def _title(code: str) -> Bilingual:
    return purposes.by_code(code).title if code in purposes.CODES else Bilingual(code)


def _requests() -> list[tuple[str, int, int, int, int]]:
    """By kind: all, open, late, closed in time."""
    rows = rights.all_requests()
    by_kind = Counter(row.kind for row in rows)
    waits = Counter(row.kind for row in rows if row.is_open)
    late = Counter(row.kind for row in rows if row.is_overdue)
    timely = Counter(row.kind for row in rows if not row.is_open and row.was_in_time)
    return [
        (str(label), by_kind[kind], waits[kind], late[kind], timely[kind])
        for kind, label in words.KINDS.items()
    ]
