"""Doing what a request asks for, where the software can, and closing it in the same transaction."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.accounts.errors import RequestClosed
from app.accounts.models import DataRequest, RequestKind, RequestOutcome
from app.accounts.operations.consents import withdraw_consent
from app.accounts.operations.erasure import erase
from app.accounts.operations.requests import close_request
from app.accounts.operations.wishes import object_to_groups, restrict
from app.accounts.rights import purposes
from app.core.db import transaction
from app.core.i18n import lazy as _
from app.core.i18n import speaking


def fulfil(request_id: int, by_id: int) -> None:
    """Act and close; a kind that needs a human mind is refused.

    Raises:
        RequestClosed: somebody did it already.
    """
    with transaction() as session:
        request = session.get_one(DataRequest, request_id)
        act = DOABLE.get(request.kind)
        if request.person is None or act is None:
            raise RequestClosed
        person_id = request.person.id
        with speaking(request.person.language):
            reply = str(_REPLIES[request.kind])
        act(person_id, by_id)  # first: it locks persons, and whoever erases does so before requests
        close_request(request_id, RequestOutcome.DONE, reply, by_id)


def _withdraw_all(person_id: int, by_id: int) -> None:
    for purpose in purposes.OPTIONAL:
        withdraw_consent(person_id, purpose.code, by_id)


DOABLE: Mapping[RequestKind, Callable[[int, int], object]] = MappingProxyType(
    {
        RequestKind.WITHDRAW: _withdraw_all,
        RequestKind.RESTRICT: restrict,
        RequestKind.OBJECT: object_to_groups,
        RequestKind.DELETE: erase,
    }
)
"""What the software does by itself: by the person's number, and who does it."""
_REPLIES = {
    RequestKind.WITHDRAW: _("All your consents are withdrawn. What rested on them has stopped."),
    RequestKind.RESTRICT: _("Your data are set aside. We keep them and do not use them."),
    RequestKind.OBJECT: _("No figure by group counts you any more."),
    RequestKind.DELETE: _("Your data are deleted."),
}
