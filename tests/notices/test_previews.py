"""Staff read what people are written, before anybody is."""

from app.core.access import CityRole, ProviderRole
from app.notices.previews import OF_ACCOUNTS, SUBJECTS
from tests.factories import CourseFactory, EnrolmentFactory, GrantFactory, RunFactory, StaffFactory


def test_city_staff_see_every_kind_of_letter_in_both_languages(client, app):
    client.sign_in(GrantFactory(city_role=CityRole.CATALOGUE_EDITOR).account)
    page = client.page("/vi/staff/letters")
    for _title, kinds in SUBJECTS:
        for kind in kinds:
            summary = page.find("summary", string=str(kind.label))
            letters = summary.find_next("div")
            assert {each["lang"] for each in letters.find_all("div")} == {"vi", "en"}
            assert len(letters.find_all("h4")) == 2
    assert "Say yes until 20:00 on" in page.text
    assert "Ban hay nhan cho truoc 20:00" in page.text
    assert "Bạn hãy nhận chỗ trước 20:00" in page.text


def test_a_provider_s_staff_see_the_letters_of_their_own_class_and_nobody_in_it(client, app):
    member = StaffFactory(role=ProviderRole.TEACHER)
    run = RunFactory(course=CourseFactory(provider=member.provider, title_en="Mending bicycles"))
    place = EnrolmentFactory(run=run)
    other = RunFactory(course__title_en="Pottery for all")
    name, code, slug = place.person.full_name, place.code, member.provider.slug
    theirs = other.course.provider.slug
    client.sign_in(member.account)
    page = client.page(f"/vi/provider/{slug}/letters")
    assert "You have a place in Mending bicycles" in page.text
    assert "Pottery" not in page.text
    assert name not in page.text
    assert code not in page.text
    assert page.find("summary", string=str(OF_ACCOUNTS[0].label)) is None
    assert client.get(f"/en/provider/{theirs}/letters").status_code == 404
