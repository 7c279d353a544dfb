"""Why signing in, or making an account, was refused."""

from http import HTTPStatus

from app.core.errors import DomainError
from app.core.i18n import lazy as _


class SignInFailed(DomainError):
    """One answer for a wrong password, an unknown account and a closed one."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The e-mail or phone number and the password do not belong together. Check both.")


class WrongPassword(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This is not your current password.")
    field = "current"


class WeakPassword(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(
        "This password is too short or easy to guess. Take several words that do not belong "
        "together, 8 to 128 characters."
    )
    field = "password"


class AccountExists(DomainError):
    message = _("There is an account with this e-mail or phone number already.")


class ContactUnusable(DomainError):
    """Another account has it; only whoever holds it comes as far as this."""

    message = _("This phone number or e-mail cannot be used for this account. Call us.")


class GuardianNeeded(DomainError):
    """Under sixteen, or perhaps so by the year alone."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(
        "Under 16 you need a parent with an account: they add you to their family and enrol you. "
        "If you turn 16 this year, give the whole birth date."
    )
    field = "birth"


class TooBusyToSignIn(DomainError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    message = _("Many people are signing in at this moment. Try again in a minute.")


class WrongSecondFactor(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This code is not right, or it was used. Wait for the next code of your app.")
    field = "code"


class LastWayIn(DomainError):
    message = _("This is your only way to sign in. Choose a password first.")


class IdentityTaken(DomainError):
    message = _("This sign-in belongs to another account here. Sign in with it instead.")


class IdentityRefused(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Signing in there did not work. Nothing has changed: try again.")


class IdentityProviderAway(DomainError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    message = _("The other sign-in does not answer at this moment. Try again in a minute.")


class NotInTheFuture(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This day lies in the future. Check it.")
    field = "since"


class TooOldForAChild(DomainError):
    """Sixteen by the year alone may still be fifteen."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(
        "Only children under 16 are added here. If the child turns 16 this year, "
        "give the whole birth date."
    )
    field = "birth"


class NotGrownUp(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Helping is for people of 16 years and more. Add a younger one as a child.")
    field = "birth"


class NoSuchInvitation(DomainError):
    """The same words for a wrong code, one that ran out, and another birth year."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(
        "The code and the birth year do not belong together, or the code has run out. "
        "Check both, or ask for another code."
    )


class InFamilyAlready(DomainError):
    message = _("This person is in your family already.")


class NotYourself(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("These are your own details. Write those of the other person.")


class ConsentNeeded(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("Tick that you agree, or choose that you prefer not to say.")
    field = "agree"


class GroupsDeclined(DomainError):
    message = _("This person prefers not to be recorded by group.")


class GroupRecorded(DomainError):
    message = _("This group is recorded already for a part of these days.")
    field = "valid_from"


class GroupEnded(DomainError):
    message = _("This group ends on that day already, or before.")
    field = "valid_to"


class EndsBeforeItBegins(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The last day lies before the first one. Check both.")
    field = "valid_to"


class NotWithdrawable(DomainError):
    message = _(
        "This use is needed for what you asked for. Give up the place, or have your data deleted."
    )


class RequestClosed(DomainError):
    message = _("This request is closed already.")


class ExtendedAlready(DomainError):
    message = _("The time was extended once already. It cannot be extended again.")


class BreachClosed(DomainError):
    message = _("This entry is closed already.")


class StillHasRoles(DomainError):
    message = _("This account still has a role. Withdraw its roles first, then delete.")


class RoleInTheWay(DomainError):
    """A second pair of eyes must have looked at whoever may do or see more than a resident."""

    message = _(
        "This account has a role at the city, in a commune or at a provider. Whoever gave the "
        "role must withdraw it first. Give it again once the new contact works."
    )


class SameContact(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This account has this phone number or e-mail already. Enter the new one.")
    field = "name"


class CannotMerge(DomainError):
    """The message names the conflict."""

    message = _("These two cannot be put together.")


class NotTheLastMerge(DomainError):
    message = _("Something was put together with this person later. Undo that first.")


class MergeUndone(DomainError):
    message = _("This was undone already.")


class NotANationalId(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("A personal identification number has 12 digits. Check it on the card.")
    field = "national_id"


class ChildMustAgree(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("From the age of seven the child must agree as well.")
    field = "child_agreed"


class NeedsTwo(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("A second administrator must agree to this. Propose it instead.")


class SameAdministrator(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("You proposed this yourself. Another administrator must decide.")


class ProposalOver(DomainError):
    message = _("This proposal was decided already, or its proposer is no administrator any more.")


class ProposalWaits(DomainError):
    message = _("There is a proposal for this account already. Another administrator must decide.")


class LastAdministrator(DomainError):
    message = _("At least one administrator without a last day must remain. Add another one first.")


class GoneByThen(DomainError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The last day lies in the past.")
    field = "until"


class AccountClosed(DomainError):
    message = _("This account is closed. Open it again first.")


class StillAdministrator(DomainError):
    message = _("This account is an administrator's. Propose to withdraw that role first.")


class NotToBeViewed(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _(
        "The pages of this account cannot be looked at: it is closed or an administrator's."
    )


class WrongCode(DomainError):
    """One answer for a wrong code and for one that can no longer be used."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This code is wrong or no longer valid. Check it, or ask for a new one.")
    field = "code"


class SecondFactorRequired(DomainError):
    message = _("Your work needs a second factor. Use another app instead of removing this one.")


class AlreadyDecided(DomainError):
    message = _("Somebody else has decided this already.")


class NoSuchPerson(DomainError):
    message = _("There is no such person any more.")
