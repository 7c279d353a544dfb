"""Why a change of providers was refused."""

from http import HTTPStatus

from app.core.errors import DomainError
from app.core.i18n import lazy as _


class CodeTaken(DomainError):
    message = _("There is a type with this code already.")
    field = "code"


class EndsBeforeItBegins(DomainError):
    message = _("The last day must not be before the first day.")
    field = "valid_to"


class AddressTaken(DomainError):
    message = _("There is a provider with this address already.")
    field = "slug"


class LastOwner(DomainError):
    message = _("One owner without a last day must remain. Make somebody else an owner first.")


class OwnRole(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("Nobody changes their own role. Ask another owner.")


class MemberAlready(DomainError):
    message = _("This person works here already. Change their role in the list.")
    field = "contact"


class OverAlready(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The last day lies in the past.")
    field = "until"


class NotWithYou(DomainError):
    message = _("We have this application already. You can change it when we ask you to.")


class DecidedAlready(DomainError):
    message = _("Somebody else was quicker, or the applicant changed it. Look at it again.")


class AnswerLacking(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Answer our question.")
    field = "answer"


class NotInSight(DomainError):
    message = _("Residents do not see this: there is nothing to take down.")


class WordsLacking(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Say why in a sentence. It is sent to them.")
    field = "words"


class UnknownKind(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This is not a PDF, JPG or PNG. Save it as one of these and add it again.")
    field = "files"


class FileTooBig(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("A file has more than 8 MB. Make it smaller and add it again.")
    field = "files"


class TooManyFiles(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("There can be 6 files at most. Remove one first.")
    field = "files"


class InvitationOver(DomainError):
    status = HTTPStatus.GONE
    message = _("This invitation does not hold any more. Ask for a new one.")


class NotAtWork(DomainError):
    message = _("This provider is suspended or closed: nothing can be published.")


class NoSuccessor(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Choose another provider that is at work.")
    field = "successor"


class UnsafeWebsite(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Enter a web address, for example https://example.org.")
    field = "website"


class SharedPlace(DomainError):
    message = _("Others teach here too. Ask the city to correct this place.")
