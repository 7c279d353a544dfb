"""Why data about people are used: each purpose once, in the very words people are shown.

Whoever changes a text gives it a new version; the digest kept with each consent tells which words
it was given to. Nothing may be done for a purpose whose basis is consent unless one is live.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from app.core.i18n import Bilingual

NOTHING = Bilingual("")


class Basis(StrEnum):
    """What allows the use."""

    CONTRACT = "contract"  # needed for what the person asked for
    CONSENT = "consent"  # free to give, free to take back


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One use of data, its legal basis and the words beside the button."""

    code: str
    version: str
    basis: Basis
    title: Bilingual
    text: Bilingual
    data: Bilingual
    when_withdrawn: Bilingual = NOTHING

    @property
    def is_optional(self) -> bool:
        """Whether it can be refused and withdrawn on its own."""
        return self.basis is Basis.CONSENT

    def shown(self, language: str, **values: str) -> str:
        """The words as a reader of this language sees them."""
        return self.text.text(language).format(**values) if values else self.text.text(language)

    def digest(self, language: str, **values: str) -> str:
        """SHA-256 of the words as they were shown."""
        return hashlib.sha256(self.shown(language, **values).encode()).hexdigest()


ENROLMENT = Purpose(
    code="enrolment",
    version="2026-11",
    basis=Basis.CONTRACT,
    title=Bilingual("Ghi danh và tổ chức lớp học", "Enrolling and running the class"),
    text=Bilingual(
        "Khi gửi, bạn đồng ý để {provider} và thành phố dùng các thông tin này để tổ chức lớp học "
        "và đếm số người học.",
        "By sending you agree that {provider} and the city use these details to run this class "
        "and to count learners.",
    ),
    data=Bilingual(
        "Họ tên, số điện thoại, ngày hoặc năm sinh, phường hoặc xã, giới tính, chỗ học, điểm danh",
        "Name, phone, birth date or year, ward, sex, places in classes, attendance",
    ),
)
ACCOUNT = Purpose(
    code="account",
    version="2026-11",
    basis=Basis.CONTRACT,
    title=Bilingual("Tài khoản của bạn", "Your account"),
    text=Bilingual(
        "Khi tạo tài khoản, bạn đồng ý để thành phố lưu thông tin này cho đến khi bạn xóa tài "
        "khoản.",
        "By making an account you agree that the city keeps these details until you delete the "
        "account.",
    ),
    data=Bilingual(
        "Số điện thoại hoặc thư điện tử, tên, các lần đăng nhập",
        "Phone or e-mail, name, times of signing in",
    ),
)
GROUP_STATISTICS = Purpose(
    code="group-statistics",
    version="2026-11",
    basis=Basis.CONSENT,
    title=Bilingual("Thống kê theo nhóm ưu tiên", "Statistics by priority group"),
    text=Bilingual(
        "Tôi đồng ý để thành phố lưu các nhóm tôi đã chọn và đếm tôi trong số liệu theo nhóm. "
        "Không công bố thông tin nào về riêng tôi. Không đồng ý thì tôi vẫn học như mọi người.",
        "I agree that the city keeps the groups I chose and counts me in figures by group. "
        "Nothing about me alone is published. If I refuse, I can learn like everybody else.",
    ),
    data=Bilingual(
        "Các nhóm bạn tự chọn, từ ngày nào đến ngày nào", "The groups you chose, from when to when"
    ),
    when_withdrawn=Bilingual(
        "Chúng tôi xóa ngay các nhóm của bạn. Số liệu đã công bố không thay đổi.",
        "We delete your groups at once. Figures already published do not change.",
    ),
)
NEWS = Purpose(
    code="news",
    version="2026-11",
    basis=Basis.CONSENT,
    title=Bilingual("Tin về khóa học mới", "News about new courses"),
    text=Bilingual(
        "Tôi đồng ý nhận tin về khóa học mới của thành phố qua tin nhắn hoặc thư điện tử. "
        "Tôi có thể dừng bất cứ lúc nào.",
        "I agree to get news about new courses in the city by text or e-mail. "
        "I can stop it at any time.",
    ),
    data=Bilingual("Số điện thoại, thư điện tử, phường hoặc xã", "Phone, e-mail, ward or commune"),
    when_withdrawn=Bilingual(
        "Chúng tôi không gửi tin này cho bạn nữa.", "We send you no more of these."
    ),
)
PURPOSES = (ENROLMENT, ACCOUNT, GROUP_STATISTICS, NEWS)
OPTIONAL = tuple(purpose for purpose in PURPOSES if purpose.is_optional)
_BY_CODE = {purpose.code: purpose for purpose in PURPOSES}
CODES = frozenset(_BY_CODE)


def by_code(code: str) -> Purpose:
    """The purpose of this code.

    Raises:
        KeyError: there is none.
    """
    return _BY_CODE[code]
