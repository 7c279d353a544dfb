"""Learning resources: links with a licence, published by providers."""

import pytest

from app.catalogue.models import CourseStatus
from app.core import clock
from app.core.access import ProviderRole
from app.core.db import db
from app.core.errors import ChangedMeanwhile
from app.core.i18n import Bilingual
from app.resources import operations
from app.resources.errors import UnsafeLink
from app.resources.models import Licence, Resource
from app.resources.operations import ResourceFields
from tests.factories import ProviderFactory, ResourceFactory, StaffFactory, TopicFactory


def _fields(**odd) -> ResourceFields:
    given = {
        "title": Bilingual("Sổ tay"),
        "url": "https://example.org/so-tay?trang=2",
        "licence": Licence.CC_BY,
        "topic_id": TopicFactory().id,
    }
    return ResourceFields(**given | odd)


BAD = [
    "javascript:alert(1)",
    "JavaScript://example.org/%0aalert(1)",
    "data:text/html,x",
    "ftp://example.org/a",
    "//example.org",
    "https://",
    "https://localhost",
    "https://ten:matkhau@example.org",
    "https://exam ple.org",
    "https://[::1",
    "example.org",
]


@pytest.mark.on_any_database
@pytest.mark.parametrize("url", BAD)
def test_only_web_addresses_are_taken(app, url):
    with pytest.raises(UnsafeLink):
        operations.create_resource(ProviderFactory().id, _fields(url=url))


def test_publishing_says_that_somebody_looked_at_it_today(app):
    made = operations.create_resource(ProviderFactory().id, _fields())
    assert (made.status, made.reviewed_on) == (CourseStatus.DRAFT, None)
    operations.publish(made.id)
    assert (made.status, made.reviewed_on) == (CourseStatus.PUBLISHED, clock.today())
    assert operations.withdraw(made.id).status is CourseStatus.WITHDRAWN


def test_a_stale_version_overwrites_nothing(app):
    made = ResourceFactory()
    operations.edit_resource(made.id, _fields(), 1)
    with pytest.raises(ChangedMeanwhile):
        operations.edit_resource(made.id, _fields(title=Bilingual("Khác")), 1)
    assert made.title_vi == "Sổ tay"


def test_the_page_tells_licence_and_leads_out_safely(client, at_most):
    made = ResourceFactory(title_vi="Sổ tay an toàn", title_en="", languages="vi en")
    address = f"/en/resources/{made.id}-so-tay-an-toan"
    with at_most(2):
        page = client.page(address)
    link = page.select_one("main a.button")
    assert link["href"] == made.url
    assert set(link["rel"]) >= {"noopener", "noreferrer", "nofollow", "ugc"}
    assert page.h1.select_one("[lang=vi]")
    assert "CC BY 4.0" in page.text
    assert (
        client.get(f"/vi/resources/{made.id}-khac").headers["Location"].endswith("so-tay-an-toan")
    )


def test_a_draft_does_not_exist_for_residents(client):
    made = ResourceFactory(status=CourseStatus.DRAFT)
    assert client.get(f"/vi/resources/{made.id}").status_code == 404


def test_staff_add_correct_publish_and_withdraw_a_link(client):
    staff = StaffFactory()
    client.sign_in(staff.account)
    base = f"/vi/provider/{staff.provider.slug}/resources"
    data = {
        "title_vi": "Sổ tay",
        "url": "ftp://example.org",
        "licence": "CC0-1.0",
        "format": "pdf",
        "languages": ["vi", "en"],
        "topic_id": TopicFactory().id,
    }
    refused = client.send(f"{base}/new", data, status=422).get_data(as_text=True)
    assert 'id="url-error"' in refused
    address = client.send(f"{base}/new", data | {"url": "https://example.org"}).headers["Location"]
    made = db.session.query(Resource).one()
    assert (made.languages, made.licence) == ("vi en", Licence.CC0)
    assert client.page(address).select_one("#url")["value"] == "https://example.org"
    stale = data | {"url": "https://example.com", "version": 7}
    assert "example.com" in client.send(address, stale, status=409).get_data(as_text=True)
    client.send(f"{address}/publish", page=base)
    assert client.page(f"/vi/resources/{made.id}-so-tay").h1.text == "Sổ tay"
    client.send(f"{address}/withdraw", page=base)
    assert "Đã gỡ" in client.page(base).text


def test_another_providers_link_does_not_exist_here_and_teachers_only_look(client):
    teacher = StaffFactory(role=ProviderRole.TEACHER)
    mine = ResourceFactory(provider=teacher.provider)
    client.sign_in(teacher.account)
    base = f"/vi/provider/{teacher.provider.slug}/resources"
    assert client.page(base).select("main form") == []
    assert client.get(f"{base}/{mine.id}").status_code == 403
    editor = StaffFactory()
    client.sign_in(editor.account)
    own = f"/vi/provider/{editor.provider.slug}/resources"
    assert client.get(f"{own}/{mine.id}").status_code == 404
    client.send(f"{own}/{mine.id}/publish", status=404, page=own)
