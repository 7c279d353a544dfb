"""What roles are called, and what each may do."""

from app.accounts.models import RoleGrant
from app.accounts.operations import Office
from app.core.access import CityRole
from app.core.i18n import gettext
from app.core.i18n import lazy as _

ROLES = {
    CityRole.CATALOGUE_EDITOR: _("Catalogue editor"),
    CityRole.STATISTICIAN: _("Statistician"),
    CityRole.AUDITOR: _("Auditor"),
    CityRole.ADMINISTRATOR: _("Administrator"),
}
MAY = {
    CityRole.CATALOGUE_EDITOR: _("Approves providers, keeps topics and types."),
    CityRole.STATISTICIAN: _("Sees and exports the figures of the whole city."),
    CityRole.AUDITOR: _("Reads who did and saw what; changes nothing."),
    CityRole.ADMINISTRATOR: _("May do everything, also give roles. Two administrators must agree."),
}


def name_of(grant: RoleGrant) -> str:
    """A role, or the commune whose returns the account checks."""
    if grant.city_role is not None:
        return str(ROLES[grant.city_role])
    place = grant.commune.full_name_vi if grant.commune else ""
    return gettext("Officer of %(commune)s", commune=place)


def office_of(grant: RoleGrant) -> Office:
    return Office(grant.city_role, grant.commune_id)
