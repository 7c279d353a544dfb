"""The city's subjects and audiences, as an installation starts with them."""

from dataclasses import dataclass

from sqlalchemy import select

from app.catalogue.models import Audience, Topic
from app.core.db import transaction


@dataclass(frozen=True, slots=True)
class _Topic:
    slug: str
    name_vi: str
    name_en: str
    isced_f: str  # narrow field, ISCED-F 2013


@dataclass(frozen=True, slots=True)
class _Audience:
    slug: str
    name_vi: str
    name_en: str
    is_priority: bool = False


TOPICS = (
    _Topic("digital-skills", "Kỹ năng số", "Digital skills", "061"),
    _Topic("foreign-languages", "Ngoại ngữ", "Foreign languages", "023"),
    _Topic("health", "Sức khỏe", "Health", "091"),
    _Topic("vocational-skills", "Kỹ năng nghề", "Vocational skills", "071"),
    _Topic("agriculture", "Nông nghiệp", "Agriculture", "081"),
    _Topic("culture-arts", "Văn hóa, nghệ thuật", "Culture and arts", "021"),
    _Topic("law", "Pháp luật", "Law", "042"),
    _Topic("climate-environment", "Khí hậu, môi trường", "Climate and environment", "052"),
    _Topic("disaster-prevention", "Phòng chống thiên tai", "Disaster prevention", "103"),
    _Topic(
        "literacy-general",
        "Xóa mù chữ, kiến thức phổ thông",
        "Literacy and general education",
        "002",
    ),
    _Topic("life-skills", "Kỹ năng sống", "Life skills", "003"),
    _Topic("business", "Kinh doanh", "Business", "041"),
    _Topic("teaching", "Nghiệp vụ sư phạm", "Teaching", "011"),
)

AUDIENCES = (
    _Audience("everyone", "Mọi người", "Everyone"),
    _Audience("older-people", "Người cao tuổi", "Older people", is_priority=True),
    _Audience("workers", "Người lao động", "Workers"),
    _Audience(
        "lower-secondary-leavers",
        "Học sinh tốt nghiệp THCS đi học nghề",
        "Lower-secondary leavers going into vocational training",
    ),
    _Audience("teachers", "Giáo viên học đạt chuẩn", "Teachers reaching their standard"),
    _Audience("women", "Phụ nữ", "Women", is_priority=True),
    _Audience(
        "people-with-disabilities", "Người khuyết tật", "People with disabilities", is_priority=True
    ),
    _Audience("ethnic-minorities", "Người dân tộc thiểu số", "Ethnic minorities", is_priority=True),
    _Audience(
        "poor-households",
        "Hộ nghèo, hộ cận nghèo",
        "Poor and near-poor households",
        is_priority=True,
    ),
    _Audience(
        "policy-beneficiaries",
        "Đối tượng chính sách, người có công",
        "Policy beneficiaries",
        is_priority=True,
    ),
    _Audience("rural-workers", "Lao động nông thôn", "Rural workers", is_priority=True),
    _Audience("migrants", "Lao động nhập cư", "Migrant workers", is_priority=True),
    _Audience("youth", "Thanh niên", "Young people"),
    _Audience("children", "Trẻ em", "Children"),
    _Audience("parents", "Cha mẹ", "Parents"),
    _Audience("foreigners", "Người nước ngoài", "Foreigners"),
)


def ensure_vocabulary() -> int:
    """Insert what is missing and leave what is there as it is; the number inserted."""
    with transaction() as session:
        known_topics = set(session.scalars(select(Topic.slug)))
        known_audiences = set(session.scalars(select(Audience.slug)))
        new = [
            Topic(
                slug=t.slug,
                name_vi=t.name_vi,
                name_en=t.name_en,
                isced_f=t.isced_f,
                position=position,
            )
            for position, t in enumerate(TOPICS)
            if t.slug not in known_topics
        ] + [
            Audience(
                slug=a.slug,
                name_vi=a.name_vi,
                name_en=a.name_en,
                is_priority=a.is_priority,
                position=position,
            )
            for position, a in enumerate(AUDIENCES)
            if a.slug not in known_audiences
        ]
        session.add_all(new)
        return len(new)
