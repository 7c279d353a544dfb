"""Every change to accounts and persons."""

from app.accounts.operations.accounts import (
    change_password,
    create_account,
    create_staff,
    one_time_password,
    set_password,
)
from app.accounts.operations.codes import (
    Proven,
    ask_code,
    check_code,
    check_codes,
    forget_old_codes,
    forget_sent,
    kill_codes,
    proven_lately,
    to_send,
)
from app.accounts.operations.consents import record_consent, withdraw_consent
from app.accounts.operations.contact_change import ask_to_change, change_contact, contact_to_ask
from app.accounts.operations.external import (
    has_another_way_in,
    link_identity,
    prove_by_identity,
    sign_in_with_identity,
    unlink_identity,
)
from app.accounts.operations.family import (
    Agreement,
    Child,
    add_child,
    add_helper,
    bind,
    check_family_code,
    consent_for_child,
    end_bond,
    let_help,
    record_helper,
)
from app.accounts.operations.groups import decline_groups, give_groups, record_group
from app.accounts.operations.invitations import accept_invitation, invite_parent
from app.accounts.operations.joining import Newcomer, join
from app.accounts.operations.new_password import ask_for_new_password, take_new_password
from app.accounts.operations.persons import Guest, person_for_guest
from app.accounts.operations.profile import Home, Profile, change_profile
from app.accounts.operations.proofs import confirm_session, prove_by_code, prove_by_password
from app.accounts.operations.residences import move
from app.accounts.operations.roles import (
    Office,
    close_account,
    decide,
    give,
    grant,
    propose,
    reopen_account,
    take_back,
    withdraw,
)
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
    forget_old_sessions,
    see_session,
    sign_out,
)
from app.accounts.operations.sign_in import ask_to_sign_in, sign_in, sign_in_with_code
from app.accounts.operations.viewing import stop_viewing, view_as

__all__ = [
    "Agreement",
    "Child",
    "Guest",
    "Home",
    "Newcomer",
    "Office",
    "Profile",
    "Proven",
    "accept_invitation",
    "add_child",
    "add_helper",
    "ask_code",
    "ask_for_new_password",
    "ask_to_change",
    "ask_to_sign_in",
    "begin_session",
    "bind",
    "change_contact",
    "change_password",
    "change_profile",
    "check_code",
    "check_codes",
    "check_family_code",
    "close_account",
    "confirm_session",
    "consent_for_child",
    "contact_to_ask",
    "create_account",
    "create_staff",
    "decide",
    "decline_groups",
    "end_bond",
    "end_session",
    "end_sessions",
    "forget_old_codes",
    "forget_old_sessions",
    "forget_sent",
    "give",
    "give_groups",
    "grant",
    "has_another_way_in",
    "invite_parent",
    "join",
    "kill_codes",
    "let_help",
    "link_identity",
    "move",
    "new_recovery_codes",
    "new_secret",
    "one_time_password",
    "person_for_guest",
    "propose",
    "prove_by_code",
    "prove_by_identity",
    "prove_by_password",
    "proven_lately",
    "record_consent",
    "record_group",
    "record_helper",
    "remove_second_factor",
    "reopen_account",
    "reset_second_factor",
    "see_session",
    "set_password",
    "set_second_factor",
    "show_second_factor",
    "sign_in",
    "sign_in_with_code",
    "sign_in_with_identity",
    "sign_out",
    "stop_viewing",
    "take_back",
    "take_new_password",
    "to_send",
    "unlink_identity",
    "view_as",
    "withdraw",
    "withdraw_consent",
]
