"""The kinds of provider an installation starts with; administrators go on from there."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.core.db import transaction
from app.providers.models import ProviderType

CLASSROOM, WORKSHOP, GUIDED_VISIT, FORMAL = "2.2.1", "2.2.2", "3.1.2", "1"  # CLA 2016
_EDUCATION_LAW = date(2020, 7, 1)  # Law 43/2019/QH14 in force


@dataclass(frozen=True, slots=True)
class _Type:
    code: str
    name_vi: str
    name_en: str
    default_cla: str = CLASSROOM


TYPES = (
    _Type("preschool", "Trường mầm non", "Preschool", FORMAL),
    _Type("primary-school", "Trường tiểu học", "Primary school", FORMAL),
    _Type("lower-secondary-school", "Trường trung học cơ sở", "Lower-secondary school", FORMAL),
    _Type("upper-secondary-school", "Trường trung học phổ thông", "Upper-secondary school", FORMAL),
    _Type(
        "continuing-education-centre",
        "Trung tâm giáo dục thường xuyên",
        "Continuing education centre",
    ),
    _Type(
        "vocational-continuing-centre",
        "Trung tâm giáo dục nghề nghiệp – giáo dục thường xuyên",
        "Vocational and continuing education centre",
        WORKSHOP,
    ),
    _Type("community-learning-centre", "Trung tâm học tập cộng đồng", "Community learning centre"),
    _Type("language-it-centre", "Trung tâm ngoại ngữ, tin học", "Foreign language and IT centre"),
    _Type("life-skills-centre", "Trung tâm kỹ năng sống", "Life skills centre", WORKSHOP),
    _Type("vocational-school", "Trường trung cấp", "Vocational secondary school", WORKSHOP),
    _Type("college", "Trường cao đẳng", "College", WORKSHOP),
    _Type("university", "Trường đại học", "University"),
    _Type("library", "Thư viện công cộng", "Public library"),
    _Type("museum", "Bảo tàng", "Museum", GUIDED_VISIT),
    _Type("cultural-house", "Nhà văn hóa, trung tâm văn hóa – thể thao", "Cultural house"),
    _Type("childrens-house", "Nhà thiếu nhi", "Children's house", WORKSHOP),
    _Type("workers-culture-house", "Nhà văn hóa lao động", "Workers' cultural house"),
    _Type("company", "Doanh nghiệp", "Company", WORKSHOP),
    _Type("association", "Hội, đoàn thể", "Association"),
    _Type("religious-organisation", "Cơ sở tôn giáo", "Religious organisation"),
)


def ensure_vocabulary() -> int:
    """Insert what is missing and leave what is there as it is; the number inserted."""
    with transaction() as session:
        known = set(session.scalars(select(ProviderType.code)))
        new = [
            ProviderType(
                code=kind.code,
                name_vi=kind.name_vi,
                name_en=kind.name_en,
                default_cla=kind.default_cla,
                valid_from=_EDUCATION_LAW,
                position=position,
            )
            for position, kind in enumerate(TYPES)
            if kind.code not in known
        ]
        session.add_all(new)
        return len(new)
