"""Every change to accounts and persons."""

from app.accounts.operations.accounts import (
    change_password,
    create_account,
    grant,
    one_time_password,
    set_password,
)
from app.accounts.operations.consents import record_consent, withdraw_consent
from app.accounts.operations.family import (
    Agreement,
    Child,
    add_child,
    add_helper,
    bind,
    consent_for_child,
    end_bond,
    let_help,
    record_helper,
)
from app.accounts.operations.groups import decline_groups, give_groups, record_group
from app.accounts.operations.invitations import accept_invitation, invite_parent
from app.accounts.operations.persons import Guest, person_for_guest
from app.accounts.operations.profile import Home, Profile, change_profile
from app.accounts.operations.proofs import confirm_session, prove_by_password
from app.accounts.operations.residences import move
from app.accounts.operations.second_factor import (
    new_recovery_codes,
    new_secret,
    remove_second_factor,
    reset_second_factor,
    set_second_factor,
    show_second_factor,
)
from app.accounts.operations.sessions import (
    begin_session,
    end_session,
    end_sessions,
    see_session,
    sign_out,
)
from app.accounts.operations.sign_in import sign_in

__all__ = [
    "Agreement",
    "Child",
    "Guest",
    "Home",
    "Profile",
    "accept_invitation",
    "add_child",
    "add_helper",
    "begin_session",
    "bind",
    "change_password",
    "change_profile",
    "confirm_session",
    "consent_for_child",
    "create_account",
    "decline_groups",
    "end_bond",
    "end_session",
    "end_sessions",
    "give_groups",
    "grant",
    "invite_parent",
    "let_help",
    "move",
    "new_recovery_codes",
    "new_secret",
    "one_time_password",
    "person_for_guest",
    "prove_by_password",
    "record_consent",
    "record_group",
    "record_helper",
    "remove_second_factor",
    "reset_second_factor",
    "see_session",
    "set_password",
    "set_second_factor",
    "show_second_factor",
    "sign_in",
    "sign_out",
    "withdraw_consent",
]
