"""Why a question or a word could not be kept."""

from app.core.errors import DomainError
from app.core.i18n import lazy as _


class TooManySaved(DomainError):
    message = _("You have saved as many searches as one person can. Delete one you do not need.")


class TooLongToSave(DomainError):
    message = _("This search has too many filters to be saved. Take some of them away.")


class NowhereToWrite(DomainError):
    message = _("We have no confirmed e-mail or phone of yours. Confirm one, then choose letters.")
    field = "letters"
