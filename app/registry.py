"""What each package contributes to the application: pages, commands, handlers, services."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from click import Command
from flask import Blueprint, Flask

from app.accounts import holdings as accounts_holdings
from app.accounts import identity, login
from app.accounts import inventory as accounts_inventory
from app.accounts import jobs as accounts_jobs
from app.accounts import queries as accounts
from app.accounts import retention as accounts_retention
from app.accounts.cli import cli as accounts_cli
from app.accounts.models import Account
from app.accounts.rights import retention as data_law
from app.accounts.staff_views import bp as accounts_staff_pages
from app.accounts.views import bp as accounts_pages
from app.catalogue import city_inventory as catalogue_city_inventory
from app.catalogue import city_jobs as catalogue_city_jobs
from app.catalogue import holds as catalogue_holds
from app.catalogue import inventory as catalogue_inventory
from app.catalogue import release_jobs as catalogue_release_jobs
from app.catalogue import sources as catalogue_sources
from app.catalogue import teaching_holdings
from app.catalogue.calendar_staff_views import bp as calendar_staff_pages
from app.catalogue.provider_views import bp as catalogue_provider_pages
from app.catalogue.staff_views import bp as catalogue_staff_pages
from app.catalogue.staff_views.likenesses import bp as likeness_pages
from app.catalogue.staff_views.takedowns import bp as takedown_pages
from app.catalogue.staff_views.vocabulary import bp as vocabulary_pages
from app.catalogue.views import bp as catalogue_pages
from app.core import audit_chain, clock, config
from app.core.access import VISITOR, Actor, CityRole
from app.core.audit_cli import audit as audit_cli
from app.core.config import Settings
from app.enrolment import group_holdings as enrolment_group_holdings
from app.enrolment import holdings as enrolment_holdings
from app.enrolment import inventory as enrolment_inventory
from app.enrolment import jobs as enrolment_jobs
from app.enrolment import retention as enrolment_retention
from app.enrolment import shown as enrolment_shown
from app.enrolment import subscriptions as enrolment_subscriptions
from app.enrolment.certificates import holdings as certificate_holdings
from app.enrolment.certificates import inventory as certificate_inventory
from app.enrolment.certificates.views import root as certificate_pages
from app.enrolment.cli import enrolment as enrolment_cli
from app.enrolment.distance import copies as distance_copies
from app.enrolment.distance import holdings as distance_holdings
from app.enrolment.distance import jobs as distance_jobs
from app.enrolment.feedback import holdings as feedback_holdings
from app.enrolment.feedback import inventory as feedback_inventory
from app.enrolment.feedback import jobs as feedback_jobs
from app.enrolment.feedback import provider_views as feedback_provider_pages
from app.enrolment.feedback import views as feedback_pages
from app.enrolment.feedback.staff_views import bp as feedback_staff_pages
from app.enrolment.provider_views import bp as enrolment_provider_pages
from app.enrolment.views import bp as enrolment_pages
from app.feeds import jobs as feeds_jobs
from app.feeds.cli import catalogue as catalogue_cli
from app.feeds.provider_views import bp as feeds_provider_pages
from app.feeds.source_views import bp as feeds_source_pages
from app.home.cli import city as city_cli
from app.home.cli import demo as demo_cli
from app.home.server import serve
from app.home.views import bp as home_pages
from app.home.views import root as root_pages
from app.indicators import inventory as indicators_inventory
from app.indicators.boards import jobs as indicators_prepared_jobs
from app.indicators.cli import indicators as indicators_cli
from app.indicators.commune_views import bp as indicators_commune_pages
from app.indicators.provider_views import bp as indicators_provider_pages
from app.indicators.reports import jobs as indicators_report_jobs
from app.indicators.reports.cli import reports as reports_cli
from app.indicators.staff_views import bp as indicators_staff_pages
from app.indicators.views import bp as indicators_pages
from app.notices import certificate_jobs as notices_certificate_jobs
from app.notices import feedback_jobs as notices_feedback_jobs
from app.notices import group_jobs as notices_group_jobs
from app.notices import holdings as notices_holdings
from app.notices import jobs as notices_jobs
from app.notices import provider_jobs as notices_provider_jobs
from app.notices import reminders as notices_reminders
from app.notices import retention as notices_retention
from app.notices import return_jobs as notices_return_jobs
from app.notices import rights as notices_rights
from app.notices import run_jobs as notices_run_jobs
from app.notices import search_jobs as notices_search_jobs
from app.notices import sign_in as notices_sign_in
from app.notices.message_views import bp as changes_provider_pages
from app.notices.preview_views import city as letters_staff_pages
from app.notices.preview_views import provider as letters_provider_pages
from app.notices.staff_views import bp as notices_pages
from app.notices.views import bp as reminders_pages
from app.opendata.views import bp as opendata_pages
from app.opendata.views import root as opendata_root_pages
from app.participation import holdings as participation_holdings
from app.participation import inventory as participation_inventory
from app.participation import jobs as participation_jobs
from app.participation.cli import participation as participation_cli
from app.participation.staff_views import bp as participation_pages
from app.places.cli import places as places_cli
from app.places.views import bp as places_pages
from app.providers import holdings as providers_holdings
from app.providers import inventory as providers_inventory
from app.providers import jobs as providers_jobs
from app.providers import queries as providers
from app.providers.applying import holdings as applying_holdings
from app.providers.applying.staff_views import bp as applications_staff_pages
from app.providers.applying.views import bp as applying_pages
from app.providers.cli import cli as providers_cli
from app.providers.inviting.views import bp as invitation_pages
from app.providers.profile.views import bp as profile_pages
from app.providers.provider_views import bp as providers_provider_pages
from app.providers.staff_views import bp as providers_staff_pages
from app.providers.standing.staff_views import bp as standing_staff_pages
from app.resources import holds as resources_holds
from app.resources import inventory as resources_inventory
from app.resources import term_jobs as resources_term_jobs
from app.resources.provider_views import bp as resources_provider_pages
from app.resources.staff_views import bp as resource_takedown_pages
from app.resources.views import bp as resources_pages
from app.search import holdings as search_holdings
from app.search import inventory as search_inventory
from app.search import jobs as search_jobs
from app.search import service as search
from app.search.alerts import jobs as search_alerts_jobs
from app.search.alerts.views import bp as search_alert_pages
from app.search.cli import search as search_cli
from app.search.demand import counting as search_demand
from app.search.demand import jobs as search_demand_jobs
from app.search.demand.views import bp as demand_pages
from app.search.in_step import lag as search_lag
from app.search.saved import jobs as search_saved_jobs
from app.search.saved import views as saved_searches
from app.search.synonyms import jobs as search_synonyms_jobs
from app.search.synonyms.views import bp as synonym_pages
from app.search.views import bp as search_pages


def blueprints() -> Iterable[Blueprint]:
    """Every package's pages, the lower packages first."""
    return (
        places_pages,
        accounts_pages,
        accounts_staff_pages,
        providers_staff_pages,
        providers_provider_pages,
        profile_pages,
        applying_pages,
        applications_staff_pages,
        invitation_pages,
        standing_staff_pages,
        catalogue_pages,
        catalogue_provider_pages,
        calendar_staff_pages,
        catalogue_staff_pages,
        vocabulary_pages,
        likeness_pages,
        takedown_pages,
        resource_takedown_pages,
        resources_pages,
        resources_provider_pages,
        feeds_provider_pages,
        feeds_source_pages,
        enrolment_pages,
        enrolment_provider_pages,
        certificate_pages,
        feedback_staff_pages,
        participation_pages,
        search_pages,
        saved_searches.bp,
        search_alert_pages,
        synonym_pages,
        demand_pages,
        indicators_pages,
        indicators_staff_pages,
        indicators_provider_pages,
        indicators_commune_pages,
        notices_pages,
        reminders_pages,
        letters_staff_pages,
        letters_provider_pages,
        changes_provider_pages,
        opendata_pages,
        opendata_root_pages,
        home_pages,
        root_pages,
    )


def command_groups() -> Iterable[Command]:
    """Every package's commands."""
    return (
        places_cli,
        audit_cli,
        accounts_cli,
        catalogue_cli,
        providers_cli,
        enrolment_cli,
        participation_cli,
        reports_cli,
        indicators_cli,
        search_cli,
        city_cli,
        demo_cli,
        serve,
    )


BY_TOKEN = (saved_searches.stop,)
"""What mail programs send without having seen a form; the secret in the address lets them."""
JOBS = (
    audit_chain,
    accounts_jobs,
    providers_jobs,
    catalogue_city_jobs,
    resources_term_jobs,
    catalogue_release_jobs,
    feeds_jobs,
    enrolment_jobs,
    distance_jobs,
    distance_copies,
    feedback_jobs,
    participation_jobs,
    search_jobs,
    search_saved_jobs,
    search_alerts_jobs,
    search_synonyms_jobs,
    search_demand_jobs,
    indicators_prepared_jobs,
    indicators_report_jobs,
    notices_jobs,
    notices_run_jobs,
    notices_search_jobs,
    notices_group_jobs,
    notices_certificate_jobs,
    notices_feedback_jobs,
    notices_reminders,
    notices_return_jobs,
    notices_provider_jobs,
    notices_sign_in,
    notices_rights,
    data_law,
)
"""Importing the handlers has registered them."""
INVENTORIES = (
    accounts_inventory,
    accounts_retention,
    providers_inventory,
    catalogue_city_inventory,
    resources_inventory,
    catalogue_inventory,
    enrolment_inventory,
    certificate_inventory,
    feedback_inventory,
    enrolment_retention,
    participation_inventory,
    search_inventory,
    indicators_inventory,
    notices_retention,
)
"""What each package's columns say about people, and how long it keeps them."""
WRITERS = (catalogue_sources,)
"""What watches rows being written, whoever writes them."""
BELONGINGS = (catalogue_holds, resources_holds)
"""What each package keeps of providers; importing them has registered it."""
FURTHER_PAGES = (feedback_pages, feedback_provider_pages)
"""Views that belong to a blueprint of their package; importing them has registered them."""
LISTS = (enrolment_shown,)
"""Lists that show people, known to the audit log by being imported."""
HOLDINGS = (
    accounts_holdings,
    providers_holdings,
    applying_holdings,
    teaching_holdings,
    enrolment_holdings,
    enrolment_group_holdings,
    distance_holdings,
    enrolment_subscriptions,
    certificate_holdings,
    feedback_holdings,
    participation_holdings,
    search_holdings,
    notices_holdings,
)
"""What each package keeps about people; importing them has registered it."""


SEEN_EVERY = timedelta(minutes=5)


def load_actor() -> Actor:
    """The account of this browser, with its roles at the city and at providers.

    Staff sessions end sooner than those of residents, and where a second factor is asked for, a
    session without one is nobody's yet. Whoever looks at somebody's pages for support is that
    somebody, and an administrator no less.
    """
    browser = login.current_browser()
    if browser is None:
        return VISITOR
    own = _with_roles(browser.account)
    login_session = browser.session
    if own.is_staff and accounts.OF_STAFF.has_ended(
        login_session.created_at, login_session.last_seen_at
    ):
        return VISITOR
    if clock.now() - login_session.last_seen_at > SEEN_EVERY:
        login.note_use(login_session.token_hash)
    asks_again = browser.has_second_factor or (
        own.is_staff and config.current().staff_second_factor == config.REQUIRED
    )
    if asks_again and login_session.second_factor_at is None:
        return Actor(half_account_id=own.account_id)
    if browser.viewed is not None and CityRole.ADMINISTRATOR in own.city_roles:
        seen = _with_roles(browser.viewed)
        if CityRole.ADMINISTRATOR not in seen.city_roles:
            return replace(seen, viewer_id=own.account_id)
    return replace(own, confirmed_at=login_session.confirmed_at)


def _with_roles(account: Account) -> Actor:
    city_roles, communes = accounts.grants(account.id)
    return Actor(
        account_id=account.id,
        person_id=account.person_id,
        name=account.display_name,
        city_roles=city_roles,
        communes=communes,
        memberships=providers.memberships(account.id),
    )


def start_services(app: Flask, settings: Settings) -> None:
    """Objects that live as long as the application."""
    login.install(app)
    identity.install(app, settings)
    search.start(app, settings)
    search_demand.start(app)
    app.extensions["gauges"] = {"search": search_lag}
