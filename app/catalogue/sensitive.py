"""Subjects that the law calls sensitive and that no provider asks about on a form."""

import re

from app.catalogue.questions import Question
from app.core import vi
from app.core.i18n import lazy as _

SUBJECTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        _("personal identification numbers"),
        (
            "cccd", "cmnd", "can cuoc", "chung minh nhan dan", "chung minh thu", "so dinh danh",
            "ma dinh danh", "ho chieu", "passport", "id (number|card|no)", "identity card",
            "identity number", "identification",
        ),
    ),
    (
        _("religion"),
        (
            "ton giao", "tin nguong", "theo dao", "dao (phat|thien chua|tin lanh|hoi|cao dai)",
            "cong giao", r"religio\w*", "faiths?", "church", "mosque",
        ),
    ),
    (
        _("health"),
        (
            "suc khoe", "benh", "khuyet tat", "mang thai", "thai ky", "di ung", "tiem chung",
            "vac ?xin", "hiv", "tam than", "uong thuoc", "health", "ill", "illness(es)?",
            "diseases?", r"disab\w+", r"pregnan\w+", r"allerg\w+", "medical", "medications?",
            "medicines?", r"vaccin\w+", r"diagnos\w+",
        ),
    ),
    (
        _("ethnic origin"),
        ("dan toc", "sac toc", "chung toc", r"ethnic\w*", "racial", "your race", "tribe"),
    ),
    (
        _("political views"),
        (
            "chinh tri", "dang vien", "dang phai", "bau cho", r"politic\w*", r"party member\w*",
            "voted?", "voting",
        ),
    ),
    (
        _("bank details"),
        (
            "ngan hang", "so tai khoan", "the tin dung", "the atm", "bank", "account number",
            "credit card", "debit card",
        ),
    ),
    (
        _("income"),
        (
            "thu nhap", "tien luong", "muc luong", "luong thang", "luong bao nhieu", "luong cua",
            "income", r"salar\w+", "wages?", "earn", "earnings",
        ),
    ),
    (
        _("sexual life"),
        (
            "tinh duc", "xu huong tinh", "dong tinh", "song tinh", "chuyen gioi", r"sexual\w*",
            "sex life", "gay", "lesbian", "transgender",
        ),
    ),
)  # fmt: skip
"""Each with the words that give it away, in both languages.

They are searched without accents, so that a question typed without them is found too.
"""
_PATTERNS = [(named, re.compile(rf"\b({'|'.join(words)})\b")) for named, words in SUBJECTS]


def sensitive_subject(question: Question) -> str | None:
    """What the question must not ask about, in words; None when it asks nothing of the kind."""
    texts = [question.text, *question.options]
    folded = " · ".join(vi.fold(part) for text in texts for part in (text.vi, text.en))
    return next((str(named) for named, words in _PATTERNS if words.search(folded)), None)
