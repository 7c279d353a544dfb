"""What somebody asks for who wants a place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.keys import keyed_hash
from app.enrolment.models import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What is asked for, beside whose place it is.

    Args:
        form_key: the same key for the same person and run finds the first answer again.
        wait: False when a seat was promised and nobody has agreed to queue.
        language: of the words agreed to beside the button, see `accounts.rights.purposes`; ""
            when no words were shown.
        given_by_id: the parent or guardian who agreed for the others.
        child_agreed: what a child of seven or more said.
        answers: to the provider's own questions, by their ids, see `catalogue.questions`.
        fee_group: code of the reduced fee that is claimed, see `catalogue.fees`.
        partner_code: opens the seats kept for a partner.
        override_reason: why staff let somebody in whom the rules of the run keep out.
        told_by_details: people told by what anybody may type: nothing that is kept about them
            may change the answer, or the form would tell it to a stranger.
    """

    form_key: str | None = None
    channel: Channel = Channel.WEB
    recorded_by_id: int | None = None
    wait: bool = True
    language: str = ""
    given_by_id: int | None = None
    child_agreed: bool | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    fee_group: str = ""
    partner_code: str = ""
    override_reason: str = ""
    told_by_details: frozenset[int] = frozenset()

    @property
    def by_staff(self) -> bool:
        return self.channel is not Channel.WEB

    def record_counts(self, person_id: int) -> bool:
        """Whether what is known of the person may be used: they ask themselves, or staff do."""
        return self.by_staff or person_id not in self.told_by_details


def key_of_form(run_id: int, person_id: int, form_key: str) -> str:
    """Of this form, for this person: the form sent again with another name is another enrolment."""
    return keyed_hash(f"{run_id}:{person_id}:{form_key}")
