"""A town whose figures are frozen: few people, some of them too few to be shown."""

import io
from base64 import b64encode
from datetime import date

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from app.core import clock, config
from app.core.db import db
from app.core.i18n import Bilingual
from app.indicators.measures.catalogue import STARTING_SET
from app.indicators.models import Measure, MeasureVersion, OfficeForm, Report
from app.indicators.reports import canonical, parameters
from app.indicators.reports.content import Frozen, Stated
from app.participation import operations, periods, store
from tests.factories import (
    CityFactory,
    PersonFactory,
    ResidenceFactory,
    RunFactory,
    VenueFactory,
    WardFactory,
)
from tests.participation.conftest import meet, seat

DAY = date(2026, 3, 2)
PERIOD = "2026-H1"
MEASURES = ("N1", "N3", "C1")


class Town:
    """Two wards, of which one is nearly empty, and what is known about them now."""

    def __init__(self) -> None:
        self.city = CityFactory()
        self.large, self.small = (
            WardFactory(parent=self.city, code=code, name_vi=name)
            for code, name in (("26734", "Bến Thành"), ("26740", "Chợ Quán"))
        )
        self.run = RunFactory(capacity=None, venue=VenueFactory(unit=self.large))
        self.people = [
            *(self.person(self.large, "female", 1980) for _ in range(20)),
            *(self.person(self.large, "male", 1950) for _ in range(12)),
            *(self.person(self.small, "male", 1980) for _ in range(3)),
        ]
        self.seats = [seat(self.run, date(2026, 1, 2), each) for each in self.people]
        self.run.seats_taken = len(self.seats)
        self.session = meet(self.run, DAY, present=self.seats, headcount=5)
        define(*MEASURES)
        self.count()

    @staticmethod
    def person(ward, sex, born):
        person = PersonFactory.build(sex=sex, born_on=date(born, 5, 4))
        db.session.add(ResidenceFactory.build(person=person, unit=ward))
        return person

    @staticmethod
    def count() -> None:
        """Everything that happened becomes known."""
        db.session.rollback()
        operations.rebuild()
        store.refresh(store.folder(config.current()))
        db.session.rollback()

    def come_late(self, number=6, born=1980) -> None:
        """A register that nobody had handed in before."""
        late = [
            seat(self.run, date(2026, 1, 2), self.person(self.large, "female", born))
            for _ in range(number)
        ]
        self.run.seats_taken += number
        meet(self.run, date(2026, 4, 6), present=late)
        self.count()


def define(*codes: str) -> None:
    """Only these figures are in force, as the product defines them."""
    for place, start in enumerate(each for each in STARTING_SET if each.code in codes):
        measure = Measure(code=start.code, position=place)
        version = MeasureVersion(
            measure=measure,
            number=1,
            name_vi=start.name.vi,
            name_en=start.name.en,
            meaning_vi=start.meaning.vi,
            meaning_en=start.meaning.en,
            source_vi=start.source.vi,
            source_en=start.source.en,
            formula=start.formula.as_json(),
            made_at=clock.now(),
        )
        db.session.add_all([measure, version])
    db.session.commit()


def kept_report() -> Report:
    """A published report without figures, for those who look at its address alone."""
    stated = Stated(
        city="79",
        city_name=Bilingual("Thành phố Hồ Chí Minh"),
        period=periods.parse(PERIOD),
        cut_off=clock.now(),
        software="1",
        parameters=parameters.current(),
        definitions=(),
        completeness=None,
        names={},
    )
    content = Frozen(stated, "0" * 64, (), ()).text()
    return Report(
        period=PERIOD, cut_off=stated.cut_off, facts_digest="0" * 64, software="1",
        content=content, digest=canonical.digest(content), published_at=clock.now(),
    )  # fmt: skip


def workbook(**names: str) -> bytes:
    """An office's form of one sheet, with these names for these places."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Biểu 1"
    sheet["A1"] = "Số người học"
    sheet["B9"] = "=SUM(B1:B2)"
    for name, place in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=f"'Biểu 1'!{place}")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def kept_form() -> OfficeForm:
    return OfficeForm(name="Biểu 01", content=b64encode(workbook(tong="$B$1")).decode())
