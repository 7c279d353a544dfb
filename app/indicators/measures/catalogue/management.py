"""How well learning is offered and run: quality, events, completion, fees, reporting."""

from collections.abc import Iterator

from app.core.i18n import Bilingual
from app.indicators.measures.catalogue.start import ALL, OF_SESSIONS, OWN, Start, feature, of_facts
from app.indicators.measures.formula import OF_COURSES, Count, DividedBy, Form, Formula, What
from app.participation import definitions as words
from app.participation.dimensions import Dimension
from app.participation.queries import Filter

_BY_COURSE = tuple(each for each in Dimension if each in OF_COURSES)


def quality() -> Iterator[Start]:
    yield Start(
        "8.4",
        Bilingual("Người học hài lòng", "Learner satisfaction"),
        Bilingual(
            "Phần người trả lời hài lòng hoặc rất hài lòng, trong những người đã trả lời phiếu ý "
            "kiến về các lớp kết thúc trong kỳ. Mỗi người trả lời một lần cho mỗi lớp. Phiếu đóng "
            "3 tuần sau khi lớp kết thúc. Chưa đến 10 người trả lời thì không nêu.",
            "Answers “satisfied” or “very satisfied”, divided by all answers about the runs that "
            "ended in the period. One answer per person and run; a round closes 3 weeks after "
            "the run. Nothing is told of fewer than 10 answers.",
        ),
        feature("8.4"),
        Formula(Count(What.GOOD_ANSWERS), Form.PERCENT, DividedBy.COUNT, Count(What.ANSWERS)),
    )
    yield Start(
        "9.1",
        Bilingual("Buổi học, sự kiện học tập", "Learning sessions and events"),
        Bilingual(
            "Số buổi có người dự trong kỳ, ví dụ trong Tuần lễ hưởng ứng học tập suốt đời. Chọn kỳ "
            "là những ngày của tuần lễ.",
            "Sessions that somebody attended in the period, for example the Lifelong Learning "
            "Week: choose the days of the week as the period.",
        ),
        feature("9.1"),
        of_facts(What.EVENTS, OF_SESSIONS),
    )
    yield Start(
        "9.1b",
        Bilingual("Lượt người dự sự kiện học tập", "Attendances at learning events"),
        Bilingual(
            "Số lượt người ở các buổi nói trên, kể cả người không ghi tên.",
            "Attendances at these sessions, those without a name included.",
        ),
        feature("9.1"),
        of_facts(What.ATTENDANCES),
    )
    yield Start(
        "9.3",
        Bilingual("Giấy chứng nhận đã cấp", "Certificates issued"),
        Bilingual(
            "Số giấy chứng nhận hoàn thành cấp lần đầu trong kỳ và còn giá trị. Giấy cấp lại do "
            "sửa tên không tính thêm.",
            "Certificates of completion first issued in the period and still valid. One issued "
            "anew with a corrected name counts once.",
        ),
        feature("9.3"),
        Formula(Count(What.CERTIFICATES), by=_BY_COURSE),
    )


def management() -> Iterator[Start]:
    yield Start(
        "C1",
        Bilingual("Tỷ lệ hoàn thành", "Completion"),
        Bilingual(
            "Số lượt học đạt yêu cầu hoàn thành của lớp chia cho số lượt có dự ít nhất một buổi, "
            "của các lớp kết thúc trong kỳ.",
            "Enrolments that met the completion rule of their run, divided by those with one "
            "attendance or more, of the runs that ended in the period.",
        ),
        OWN,
        Formula(
            Count(What.COMPLETIONS), Form.PERCENT, DividedBy.COUNT, Count(What.FINISHED),
            by=_BY_COURSE,
        ),
    )  # fmt: skip
    free = Filter(fees=frozenset({"free", "reduced", "waived"}))
    yield Start(
        "F1",
        Bilingual("Tỷ lệ chỗ học miễn, giảm phí", "Free or subsidised places"),
        Bilingual(
            "Số lượt ghi danh không mất phí hoặc được giảm, miễn phí chia cho số lượt ghi danh.",
            "Enrolments that cost nothing, less, or whose fee was waived, divided by all "
            "enrolments.",
        ),
        feature("12.2"),
        Formula(
            Count(What.ENROLMENTS, free), Form.PERCENT, DividedBy.COUNT, Count(What.ENROLMENTS),
            by=ALL,
        ),
    )  # fmt: skip
    yield Start(
        words.IDENTIFIED.code,
        words.IDENTIFIED.label,
        words.IDENTIFIED.meaning,
        OWN,
        Formula(
            Count(What.NAMED), Form.PERCENT, DividedBy.COUNT, Count(What.ATTENDANCES),
            by=OF_SESSIONS,
        ),
    )  # fmt: skip
    yield Start(
        "Q2",
        Bilingual("Tỷ lệ đơn vị đã báo cáo", "Reporting completeness"),
        Bilingual(
            "Số đơn vị đã xác nhận số liệu, hoặc xác nhận không có hoạt động, chia cho số đơn vị "
            "phải báo cáo trong kỳ.",
            "Providers that certified their figures, or that there was nothing, divided by the "
            "providers due in the period.",
        ),
        OWN,
        Formula(Count(What.RETURNS), Form.PERCENT, DividedBy.COUNT, Count(What.PROVIDERS_DUE)),
    )
