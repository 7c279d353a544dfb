"""Tables of people. A person need not have an account; an account need not take courses."""

from app.accounts.models.accounts import (
    Account,
    Assurance,
    ExternalIdentity,
    KnownBrowser,
    LoginSession,
    RecoveryCode,
    RoleGrant,
    RoleProposal,
    SecondFactor,
    SignInMethod,
)
from app.accounts.models.codes import CodePurpose, OneTimeCode
from app.accounts.models.duplicates import Merge, Suspicion, SuspicionState
from app.accounts.models.family import Bond, Guardianship
from app.accounts.models.persons import (
    Employment,
    GroupsAnswer,
    Person,
    PersonGroup,
    PriorityGroup,
    Residence,
    ResidenceKind,
)
from app.accounts.models.rights import (
    Breach,
    BreachKind,
    Consent,
    DataRequest,
    RequestKind,
    RequestOutcome,
    RetentionRun,
)

__all__ = [
    "Account",
    "Assurance",
    "Bond",
    "Breach",
    "BreachKind",
    "CodePurpose",
    "Consent",
    "DataRequest",
    "Employment",
    "ExternalIdentity",
    "GroupsAnswer",
    "Guardianship",
    "KnownBrowser",
    "LoginSession",
    "Merge",
    "OneTimeCode",
    "Person",
    "PersonGroup",
    "PriorityGroup",
    "RecoveryCode",
    "RequestKind",
    "RequestOutcome",
    "Residence",
    "ResidenceKind",
    "RetentionRun",
    "RoleGrant",
    "RoleProposal",
    "SecondFactor",
    "SignInMethod",
    "Suspicion",
    "SuspicionState",
]
