"""Learning for work, of those who have it and of those who look for it."""

from collections.abc import Iterator

from app.accounts.models import Employment
from app.core.i18n import Bilingual
from app.indicators.measures.catalogue.start import Start, feature
from app.indicators.measures.formula import Count, DividedBy, Form, Formula, Periods, What
from app.participation.dimensions import Dimension
from app.participation.queries import Filter, Residents

_AT_WORK = frozenset({Employment.EMPLOYED.value, Employment.SELF_EMPLOYED.value})


def work() -> Iterator[Start]:
    pairs = (
        (
            "6.1", _AT_WORK, Employment.EMPLOYED,
            Bilingual("Người có việc làm học nghề nghiệp", "Workers in job-related learning"),
            Bilingual("đang có việc làm", "who work"),
            Bilingual("số người có việc làm", "the employed population"),
        ),
        (
            "6.4", frozenset({Employment.UNEMPLOYED.value}), Employment.UNEMPLOYED,
            Bilingual("Người thất nghiệp được đào tạo", "Unemployed people in training"),
            Bilingual("thất nghiệp", "who are unemployed"),
            Bilingual("số người thất nghiệp có đăng ký", "the registered unemployed"),
        ),
    )  # fmt: skip
    for code, employment, whom, name, who, whole in pairs:
        where = Filter(residents=Residents.CITY, job_related=True, employment=employment)
        yield Start(
            code,
            name,
            Bilingual(
                f"Số người cư trú cho biết {who.vi} và dự ít nhất một buổi học phục vụ công việc "
                f"trong 12 tháng, chia cho {whole.vi}. Cần bảng số liệu của thành phố.",
                f"Residents {who.en}, by their own word, present at one session or more of "
                f"job-related learning in twelve months, divided by {whole.en}. The city has to "
                "bring that table.",
            ),
            feature(code),
            Formula(
                Count(What.PERSONS, where), Form.PERCENT, DividedBy.POPULATION, whom=whom.value,
                periods=Periods.TWELVE_MONTHS, by=(Dimension.WARD, Dimension.SEX),
            ),
        )  # fmt: skip
