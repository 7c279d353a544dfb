"""Every kind of letter in both languages, with everything in it as long as it may be."""

from dataclasses import replace
from datetime import date

import pytest

from app.core.i18n import LANGUAGES, Bilingual, speaking
from app.notices import wording
from app.notices.previews import SUBJECTS, Example, previews
from app.notices.wording import LONGEST_SMS, About, groups
from app.notices.wording.base import plain, unlinked

KINDS = [kind for _title, kinds in SUBJECTS for kind in kinds]
GSM = set(
    "@$_!\"#%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz \n"
)
"""What one unit of the plain alphabet can show, of ASCII."""


def _long(text: str, most: int = 200) -> str:
    return (f"{text} " * most)[:most].strip()


LONGEST = Example(
    title=Bilingual(
        _long("Chăm sóc sức khỏe người cao tuổi tại nhà"), _long("Caring for older people at home")
    ),
    name=_long("Công Tằng Tôn Nữ Thị Hoàng Yến"),
    people=[_long(f"Công Tằng Tôn Nữ Hoàng Yến{n}") for n in range(8)],
    reason=_long("Lớp này chỉ dành cho người từ 60 tuổi ở phường"),
    organisation=_long("Trường Tiểu học và Trung học cơ sở"),
    here=Bilingual(_long("Nhà văn hóa khu phố"), _long("Neighbourhood house")),
    there=Bilingual(_long("Trung tâm học tập cộng đồng"), _long("Community learning centre")),
    street=_long("123/45/67 Nguyễn Thị Minh Khai"),
    sessions=30,
)


@pytest.fixture
def far_away(app):
    """An installation with a long name and a long address."""
    ours = app.extensions["settings"]
    app.extensions["settings"] = replace(
        ours,
        base_url="https://phohoc.thanhphohochiminh.gov.vn",
        site_name_vi="Thành phố học tập Thủ Đức",
        site_name_en="Learning city of Thu Duc",
    )
    yield
    app.extensions["settings"] = ours


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_letter_is_in_both_languages_and_fits_one_text(far_away, kind):
    ours = previews(kind, Example())
    assert [each.language for each in ours] == list(LANGUAGES)
    vi, en = (each.words for each in ours)
    assert vi.letter != en.letter, "not translated"
    assert plain(vi.letter) != vi.letter, "the letter keeps its marks"
    for example in (Example(), LONGEST):
        for each in previews(kind, example):
            sms = each.words.sms
            assert set(sms) <= GSM, sms
            assert len(sms) <= LONGEST_SMS, f"{len(sms)}: {sms}"
            assert 0 < len(each.words.subject) <= 200
            assert "\n" not in each.words.subject
            assert "%(" not in each.words.letter


def test_the_address_and_the_code_stay_whole_when_the_title_is_cut(far_away):
    """Whatever has to give way, the way to answer does not."""
    (offer,) = [kind for kind in KINDS if kind.code == "offered"]
    for each in previews(offer, LONGEST):
        assert f"/{each.language}/places/MAU0000001" in each.words.sms
        assert "20:00" in each.words.sms
        assert "..." in each.words.sms


def test_a_letter_says_everything_that_a_text_has_to_leave_out(far_away):
    (refusal,) = [kind for kind in KINDS if kind.code == "refused"]
    for each in previews(refusal, LONGEST):
        assert LONGEST.reason in each.words.letter
        assert LONGEST.title.text(each.language) in each.words.letter


def test_every_function_of_the_wording_is_previewed(app, monkeypatch):
    """A letter nobody can look at beforehand would be found wrong by those who get it."""
    called = set()
    modules = (wording.places, wording.runs, wording.groups)

    def noting(function):
        def note(*given, **named):
            called.add((function.__module__, function.__name__))
            return function(*given, **named)

        return note

    letters = [
        (module, name, value)
        for module in modules
        for name, value in vars(module).items()
        if getattr(value, "__annotations__", {}).get("return") is wording.Words
        and value.__module__ == module.__name__
        and not name.startswith("_")
    ]
    for module, name, value in letters:
        monkeypatch.setattr(module, name, noting(value))
    with speaking("vi"):
        for kind in KINDS:
            kind.write(Example())
    assert {(m.__name__, name) for m, name, _value in letters} - called == set()


def test_a_text_has_no_marks():
    said = "Đường Nguyễn Huệ – “Phố Học”, 18 giờ, 50.000\N{NO-BREAK SPACE}₫ [phòng `A`]"
    assert plain(said) == "Duong Nguyen Hue - \"Pho Hoc\", 18 gio, 50.000 d (phong 'A')"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Quà ở https://xau.vn/qua", "Quà ở https xau. vn/qua"),
        ("Trường Lê Lợi, TP.HCM, lớp 6/2", "Trường Lê Lợi, TP. HCM, lớp 6/2"),
        ("THPT Q. 1", "THPT Q. 1"),
    ],
)
def test_what_a_stranger_types_becomes_no_link_on_somebody_s_phone(app, typed, read):
    assert unlinked(typed) == read
    about = About(title=Bilingual("Vẽ", ""), starts_on=date(2026, 12, 1), code="A1")
    told = groups.booked(about, typed, 3, 0)
    assert f"{plain(read)} " in told.sms
    assert read in told.letter
