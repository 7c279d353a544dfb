"""Somebody whose sign-in elsewhere nobody here knows yet, until they have made an account."""

import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from app.accounts.identity.provider import VouchedIdentity
from app.accounts.models import Assurance
from app.core import clock
from app.core.keys import seal, unseal

LASTS = timedelta(minutes=30)


def keep(identity: VouchedIdentity) -> str:
    """For the browser to hold; it can neither read nor change it."""
    said: dict[str, Any] = asdict(identity)
    return seal(json.dumps({**said, "at": clock.now().timestamp()}, default=date.isoformat))


def recall(kept: str | None) -> VouchedIdentity | None:
    """What `keep` was given; None once that is too long ago."""
    said: dict[str, Any] = json.loads(unseal(kept)) if kept else {"at": 0}
    if clock.now().timestamp() - said.pop("at") > LASTS.total_seconds():
        return None
    born_on = date.fromisoformat(said["born_on"]) if said["born_on"] else None
    return VouchedIdentity(
        **{**said, "born_on": born_on, "assurance": Assurance(said["assurance"])}
    )
