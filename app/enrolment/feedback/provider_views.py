"""What people think of a class, as its provider may know it."""

from flask import Response as Download
from flask import render_template

from app.core import access
from app.core.access import EDITING
from app.core.i18n import Bilingual
from app.core.tables import Column, csv_lines
from app.enrolment.feedback import queries
from app.enrolment.feedback.questions import SHOWN_FROM
from app.enrolment.provider_views.blueprint import bp, run_at

COLUMNS = (
    Column(
        "question",
        Bilingual("Câu hỏi", "Question"),
        Bilingual("Mã của câu hỏi", "Code of the question"),
        lambda line: line.question.code,
    ),
    Column(
        "answer",
        Bilingual("Câu trả lời", "Answer"),
        Bilingual("Tốt, bình thường hoặc chưa tốt", "Good, so-so or not good"),
        lambda line: line.answer.text(),
    ),
    Column(
        "people",
        Bilingual("Số người", "People"),
        Bilingual("Trống khi có quá ít người trả lời", "Empty where too few have answered"),
        lambda line: line.people,
    ),
)


@bp.get("/runs/<id:run_id>/feedback")
@access.provider_staff(EDITING)
def feedback(slug: str, run_id: int) -> str:
    """Counts and the comments somebody has looked at, once the round is over."""
    return render_template(
        "enrolment/feedback/figures.html",
        slug=slug,
        run=run_at(slug, run_id),
        round=queries.round_of(run_id),
        found=queries.figures(run_id),
        shown_from=SHOWN_FROM,
    )


@bp.get("/runs/<id:run_id>/feedback.csv")
@access.provider_staff(EDITING)
def feedback_file(slug: str, run_id: int) -> Download:
    """The same counts for a spreadsheet: no lines where the page shows none."""
    run_at(slug, run_id)
    found = queries.figures(run_id)
    content = "".join(csv_lines(COLUMNS, found.lines if found else ()))
    headers = {"Content-Disposition": f"attachment; filename=feedback-{run_id}.csv"}
    return Download(content, mimetype="text/csv", headers=headers)
