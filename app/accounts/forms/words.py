"""Choices that several forms about people offer."""

from app.accounts.models import Bond, Employment, PriorityGroup, ResidenceKind
from app.core.i18n import lazy as _
from app.places.models import Sex

SEXES: dict[str, str] = {
    Sex.FEMALE.value: _("Female"),
    Sex.MALE.value: _("Male"),
    Sex.NOT_STATED.value: _("Prefer not to say"),
}
BONDS: dict[str, str] = {
    Bond.PARENT.value: _("I am the mother or father"),
    Bond.GUARDIAN.value: _("I am the guardian by law"),
}
RESIDENCE_KINDS: dict[str, str] = {
    ResidenceKind.PERMANENT.value: _("Permanent residence"),
    ResidenceKind.TEMPORARY.value: _("Temporary residence"),
    ResidenceKind.NOT_STATED.value: _("Prefer not to say"),
}
EMPLOYMENTS: dict[str, str] = {
    Employment.EMPLOYED.value: _("Employed"),
    Employment.SELF_EMPLOYED.value: _("Self-employed"),
    Employment.UNEMPLOYED.value: _("Looking for work"),
    Employment.STUDYING.value: _("At school or studying"),
    Employment.AT_HOME.value: _("At home with the family"),
    Employment.RETIRED.value: _("Retired"),
    Employment.OTHER.value: _("Another situation"),
}
GROUPS: dict[str, str] = {
    PriorityGroup.MERITORIOUS.value: _("Person with meritorious service"),
    PriorityGroup.POLICY.value: _("Policy beneficiary"),
    PriorityGroup.POOR.value: _("Poor household"),
    PriorityGroup.NEAR_POOR.value: _("Near-poor household"),
    PriorityGroup.ETHNIC_MINORITY.value: _("Ethnic minority"),
    PriorityGroup.DISABILITY.value: _("Person with a disability"),
    PriorityGroup.RURAL_WORKER.value: _("Rural worker"),
    PriorityGroup.MIGRANT_WORKER.value: _("Migrant worker"),
    PriorityGroup.FOREIGNER.value: _("Foreigner"),
}
LANGUAGES: dict[str, str] = {"vi": _("Vietnamese"), "en": _("English")}
