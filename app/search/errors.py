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


class TermExists(DomainError):
    message = _("There is an entry for these words already. Change that one.")
    field = "term"


class TermMeansNothing(DomainError):
    message = _("The search leaves such words out of every question. Write words that say more.")
    field = "term"


class TermTooLong(DomainError):
    message = _("That is too long. Write at most 6 words, and one meaning on each line.")
    field = "term"


class NoOtherWords(DomainError):
    message = _("Write at least one word that means the same.")
    field = "words_vi"


class SameWordTwice(DomainError):
    message = _("The same words stand here twice. Write each once.")
    field = "words_vi"


class TooManyWords(DomainError):
    message = _("Write at most 20 words that mean the same.")
    field = "words_vi"


class TooManySynonyms(DomainError):
    message = _("The table is full. Change an entry that is no longer needed.")
