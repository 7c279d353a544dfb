"""The columns of the file that tells what is wrong."""

from app.core.i18n import Bilingual
from app.core.tables import Column
from app.feeds.problems import Problem


def _column(name: str, label: str, meaning: str, of: str) -> Column:
    """`label` and `meaning` are written `Vietnamese | English`."""
    label_vi, label_en = label.split(" | ")
    meaning_vi, meaning_en = meaning.split(" | ")

    def value(problem: Problem) -> str | int:
        if of.startswith("reason"):
            return problem.reason.text(of[-2:])
        return dict(problem.values).get("value", "") if of == "value" else getattr(problem, of)

    return Column(name, Bilingual(label_vi, label_en), Bilingual(meaning_vi, meaning_en), value)


PROBLEMS = (
    _column("line", "Dòng | Line", "Dòng trong tệp | Line of the file", "line"),
    _column("column", "Cột | Column", "Tên cột trong tệp | Column of the file", "column"),
    _column("value", "Giá trị | Value", "Ô như đã viết | The cell as written", "value"),
    _column("code", "Mã lỗi | Code", "Không đổi theo ngôn ngữ | The same in any language", "code"),
    _column("reason_vi", "Lý do | Reason", "Bằng tiếng Việt | In Vietnamese", "reason_vi"),
    _column(
        "reason_en",
        "Lý do, tiếng Anh | Reason in English",
        "Bằng tiếng Anh | In English",
        "reason_en",
    ),
)
