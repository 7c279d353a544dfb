"""What a provider says of itself, and how people get in where it teaches."""

import pytest

from app.core.access import ProviderRole
from app.core.db import db
from app.places.models import Venue
from app.providers import queries
from app.providers.models import Provider, Site, StaffMember
from tests.factories import SiteFactory, StaffFactory, WardFactory

SAID = {"about_vi": "Dạy nghề mộc.", "phone": "0912 345 678", "website": "moc.example.org"}


@pytest.fixture
def editor(app) -> StaffMember:
    return StaffFactory(role=ProviderRole.EDITOR)


@pytest.fixture
def desk(app, editor):
    return app.test_client().sign_in(editor.account)


@pytest.fixture
def base(editor) -> str:
    return f"/vi/provider/{editor.provider.slug}"


def test_residents_read_what_the_provider_says_at_once(client, desk, base, editor):
    desk.send(f"{base}/profile", SAID | {"version": "1"})
    text = client.page(f"/vi/providers/{editor.provider.slug}").main.get_text()
    assert "Dạy nghề mộc." in text
    assert "https://moc.example.org" in text


def test_of_two_editors_the_second_sees_both_versions_and_loses_nothing(desk, base, editor):
    desk.send(f"{base}/profile", SAID | {"version": "1"})
    answer = desk.send(f"{base}/profile", {"about_vi": "Dạy may.", "version": "1"}, status=409)
    text = answer.get_data(as_text=True)
    assert "Dạy may." in text
    assert "Dạy nghề mộc." in text
    desk.send(f"{base}/profile", {"about_vi": "Dạy may.", "version": "2"})
    assert db.session.get_one(Provider, editor.provider_id).about_vi == "Dạy may."


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://a.example", "https://a@b.example"])
def test_a_website_is_only_what_a_browser_opens_as_a_page(desk, base, link):
    desk.send(f"{base}/profile", {"website": link, "version": "1"}, status=422)


def test_a_place_is_added_corrected_and_taken_off(desk, base, editor):
    ward = WardFactory()
    place = {"name_vi": "Xưởng mộc", "ward": ward.full_name_vi, "address": "5 Lê Lợi"}
    desk.send(f"{base}/sites/new", place | {"step_free": "y"})
    (site,) = queries.sites(editor.provider_id)
    key, venue_id = site.id, site.venue_id
    assert site.venue.step_free
    desk.send(f"{base}/sites/{key}", place | {"address": "7 Lê Lợi"})
    venue = db.session.get_one(Venue, venue_id)
    assert (venue.address, venue.step_free) == ("7 Lê Lợi", False)
    desk.send(f"{base}/sites/{key}/remove", page=f"{base}/sites/{key}")
    assert db.session.query(Site).count() == 0


def test_a_place_of_others_is_not_there_and_a_shared_one_is_not_changed(desk, base, editor):
    theirs = SiteFactory()
    ours = SiteFactory(provider=editor.provider, venue=theirs.venue)
    place = {"name_vi": "Khác", "ward": ours.venue.unit.full_name_vi, "address": "1 A"}
    assert desk.get(f"{base}/sites/{theirs.id}").status_code == 404
    desk.send(f"{base}/sites/{ours.id}", place, status=422, page=f"{base}/profile")
    assert db.session.get_one(Venue, theirs.venue_id).name_vi != "Khác"
