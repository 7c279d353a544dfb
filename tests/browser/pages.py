"""Every page, who may see it, and where it is in the demo city.

Names in braces are those of `City.known`. A guard compares this list with the application's own.
"""

from dataclasses import dataclass

VISITOR, RESIDENT, EDITOR, ADMINISTRATOR = "visitor", "resident", "editor", "administrator"
OWNER = "owner"
MEMBER = "member"  # a resident with an account and a family


@dataclass(frozen=True)
class Page:
    endpoint: str
    path: str
    who: str = VISITOR
    status: int = 200

    def __str__(self) -> str:
        return f"{self.who}:{self.path}"


_OWN = "/provider/{slug}"

PAGES = [
    Page("home.front", "/"),
    Page("home.help_page", "/help"),
    Page("home.display", "/display"),
    Page("home.accessibility", "/accessibility"),
    Page("home.privacy", "/privacy"),
    Page("home.ward", "/wards/{ward}"),
    Page("search.courses", "/courses"),
    Page("search.courses", "/courses?q=may+tinh&free=1&when=evening&page=1"),
    Page("search.courses", "/courses?q=zzzxxyyqq&ward={ward}&mode=online"),
    Page("search.resources", "/resources"),
    Page("catalogue.course", "/courses/{free_course}"),
    Page("catalogue.course", "/courses/{one_language}"),
    Page("catalogue.provider", "/providers/{slug}"),
    Page("resources.resource", "/resources/{any_resource}"),
    Page("enrolment.enrol", "/runs/{free_run}/enrol"),
    Page("enrolment.find_place", "/my-place"),
    Page("enrolment.lost_code", "/my-place/lost-code"),
    Page("enrolment.place", "/places/ABCDE12345"),
    Page("accounts.sign_in", "/sign-in"),
    Page("accounts.new_password", "/sign-in/new-password"),
    Page("", "/khong-co-trang-nay", status=404),
    Page("enrolment.check", "/runs/{free_run}/enrol/check", RESIDENT),
    Page("enrolment.place", "/places/{code}", RESIDENT),
    Page("enrolment.slip", "/places/{code}/slip", RESIDENT),
    Page("enrolment.withdraw", "/places/{code}/withdraw", RESIDENT),
    Page("home.me", "/me", EDITOR),
    Page("home.me", "/me", MEMBER),
    Page("accounts.profile", "/me/profile", MEMBER),
    Page("accounts.groups", "/me/groups", MEMBER),
    Page("accounts.national_id", "/me/national-id", MEMBER),
    Page("accounts.family", "/me/family", MEMBER),
    Page("accounts.add_child", "/me/family/add", MEMBER),
    Page("accounts.join_family", "/me/family/join", MEMBER),
    Page("accounts.add_helped", "/me/family/help", MEMBER),
    Page("accounts.relative", "/me/family/{bond_id}", MEMBER),
    Page("accounts.end_bond", "/me/family/{bond_id}/end", MEMBER),
    Page("enrolment.enrol", "/runs/{free_run}/enrol", MEMBER),
    Page("enrolment.claim", "/my-place/claim", MEMBER),
    Page("accounts.password", "/me/password", EDITOR),
    Page("accounts.contact", "/me/contact", EDITOR),
    Page("accounts.change_contact", "/me/contact/phone", EDITOR),
    Page("accounts.sessions", "/me/sessions", EDITOR),
    Page("accounts.own_second_factor", "/me/second-factor", EDITOR),
    Page("accounts.set_up_second_factor", "/me/second-factor/new", EDITOR),
    Page("accounts.confirm", "/sign-in/confirm", EDITOR),
    Page("accounts.identities", "/me/identity", EDITOR),
    Page("home.provider", "/provider/", EDITOR),
    Page("enrolment_provider.today", f"{_OWN}/today", EDITOR),
    Page("catalogue_provider.courses", f"{_OWN}/courses", EDITOR),
    Page("catalogue_provider.new_course", f"{_OWN}/courses/new", EDITOR),
    Page("catalogue_provider.course", f"{_OWN}/courses/{{course_id}}", EDITOR),
    Page("catalogue_provider.edit_course", f"{_OWN}/courses/{{course_id}}/edit", EDITOR),
    Page("catalogue_provider.new_run", f"{_OWN}/courses/{{course_id}}/runs/new", EDITOR),
    Page("catalogue_provider.run", f"{_OWN}/runs/{{run_id}}", EDITOR),
    Page("enrolment_provider.roster", f"{_OWN}/runs/{{run_id}}/roster", EDITOR),
    Page("enrolment_provider.registers", f"{_OWN}/runs/{{run_id}}/registers", EDITOR),
    Page("enrolment_provider.attendance", f"{_OWN}/sessions/{{session_id}}/attendance", EDITOR),
    Page("enrolment_provider.sheet", f"{_OWN}/sessions/{{session_id}}/sheet", EDITOR),
    Page("resources_provider.resources", f"{_OWN}/resources", EDITOR),
    Page("resources_provider.new_resource", f"{_OWN}/resources/new", EDITOR),
    Page("resources_provider.edit_resource", f"{_OWN}/resources/{{resource_id}}", EDITOR),
    Page("accounts.goodbye", "/goodbye"),
    Page("accounts.my_data", "/me/data", MEMBER),
    Page("accounts.consents", "/me/data/consents", MEMBER),
    Page("accounts.new_request", "/me/data/requests/new", MEMBER),
    Page("accounts.own_request", "/me/data/requests/{request}", MEMBER),
    Page("accounts.delete_my_data", "/me/data/delete", MEMBER),
    Page("accounts_staff.requests", "/staff/requests", ADMINISTRATOR),
    Page("accounts_staff.record_request", "/staff/requests/new", ADMINISTRATOR),
    Page("accounts_staff.request", "/staff/requests/{request}", ADMINISTRATOR),
    Page("accounts_staff.breaches", "/staff/breaches", ADMINISTRATOR),
    Page("accounts_staff.new_breach", "/staff/breaches/new", ADMINISTRATOR),
    Page("accounts_staff.breach", "/staff/breaches/{breach}", ADMINISTRATOR),
    Page("home.data_register", "/staff/data-register", ADMINISTRATOR),
    Page("home.staff", "/staff/", ADMINISTRATOR),
    Page("notices.waiting", "/staff/jobs", ADMINISTRATOR),
    Page("participation_staff.page", "/staff/participation", ADMINISTRATOR),
    Page("participation_staff.page", "/staff/participation?by=sex&by=age_band", ADMINISTRATOR),
    Page("accounts_staff.duplicates", "/staff/duplicates", ADMINISTRATOR),
    Page("accounts_staff.merged", "/staff/merges", ADMINISTRATOR),
    Page("providers_staff.types", "/staff/provider-types", ADMINISTRATOR),
    Page("providers_staff.edit_type", "/staff/provider-types/{type_id}", ADMINISTRATOR),
    Page("providers_provider.members", f"{_OWN}/members", OWNER),
    Page("providers_provider.member", f"{_OWN}/members/{{member_id}}", OWNER),
    Page("accounts_staff.accounts", "/staff/accounts", ADMINISTRATOR),
    Page("accounts_staff.accounts", "/staff/accounts?page=2", ADMINISTRATOR),
    Page("accounts_staff.new_account", "/staff/accounts/new", ADMINISTRATOR),
    Page("accounts_staff.account", "/staff/accounts/{account_id}", ADMINISTRATOR),
    Page("accounts_staff.act", "/staff/accounts/{account_id}/view", ADMINISTRATOR),
    Page("accounts_staff.grant", "/staff/accounts/{account_id}/roles/new", ADMINISTRATOR),
    Page(
        "accounts_staff.withdraw",
        "/staff/accounts/{account_id}/roles/{grant_id}/withdraw",
        ADMINISTRATOR,
    ),
    Page("accounts_staff.proposals", "/staff/role-proposals", ADMINISTRATOR),
    Page("accounts_staff.decide", "/staff/role-proposals/{proposal_id}", ADMINISTRATOR),
    Page("accounts_staff.audit_log", "/staff/audit?action=account.signed_in", ADMINISTRATOR),
    Page("home.me", "/sign-out", EDITOR, status=405),
]

NO_PAGES = {
    "accounts.copy_my_data": "a file",
    "accounts_staff.breaches_file": "a file",
    "accounts_staff.copy_for_request": "a file",
    "accounts_staff.requests_file": "a file",
    "accounts_staff.audit_file": "a file",
    "accounts.arrive": "only leads on",
    "accounts.change_contact_codes": "only once codes are under way",
    "accounts.new_account": "only once a phone or mailbox is proved",
    "accounts.new_password_code": "only once a code is under way",
    "accounts.sign_in_code": "only once a code is under way",
    "accounts.identity_provider": "only where a provider is set up",
    "accounts.identity_returned": "only leads on",
    "accounts.new_account_with_identity": "only on the way back from a provider",
    "accounts.second_factor": "only with one factor shown",
    "accounts_staff.duplicate": "the demo city has no pair to look at",
    "accounts_staff.undo_merge": "the demo city has nothing to undo",
    "enrolment_provider.roster_file": "a file",
    "opendata.place_calendar": "a file",
    "participation_staff.csv": "a file",
    "participation_staff.xlsx": "a file",
    "places.suggest": "for scripts",
    "search.suggest": "for scripts",
}
