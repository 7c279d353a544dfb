"""What people write for what courses say: abbreviations, equal words, filter words, stop words."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from app.search.subjects import LONGEST as LONGEST_SUBJECT
from app.search.text import Word, words

Phrase = tuple[str, ...]
Typed = tuple[Word, ...]
T = TypeVar("T")

_SHORT = """
ttht: trung tâm học tập
tthtcđ: trung tâm học tập cộng đồng
htcđ: học tập cộng đồng
gdtx: giáo dục thường xuyên
ttgdtx: trung tâm giáo dục thường xuyên
gdnn: giáo dục nghề nghiệp
thpt: trung học phổ thông
thcs: trung học cơ sở
đh: đại học
cđ: cao đẳng
cntt: công nghệ thông tin | tin học
it: công nghệ thông tin | information technology
ai: trí tuệ nhân tạo | artificial intelligence
tphcm: thành phố hồ chí minh
hcm: hồ chí minh
sg: sài gòn
hn: hà nội
av: anh văn | tiếng anh
vp: văn phòng
thvp: tin học văn phòng
pccc: phòng cháy chữa cháy
attp: an toàn thực phẩm
vsattp: an toàn thực phẩm
atlđ: an toàn lao động
kns: kỹ năng sống
knm: kỹ năng mềm
nct: người cao tuổi
nkt: người khuyết tật
tmđt: thương mại điện tử
bđs: bất động sản
ktv: kỹ thuật viên
vhvn: văn hóa văn nghệ
tdtt: thể dục thể thao
xmc: xóa mù chữ
gv: giáo viên
hs: học sinh
sv: sinh viên
"""

_EQUAL = """
tiếng anh | anh văn | anh ngữ | english
tiếng trung | tiếng hoa | hoa ngữ | hoa văn | trung văn | chinese | mandarin
tiếng nhật | nhật ngữ | japanese
tiếng hàn | hàn ngữ | korean
tiếng pháp | pháp văn | pháp ngữ | french
tiếng đức | đức ngữ | german
tiếng việt | việt ngữ | việt văn | vietnamese
tin học | vi tính | máy tính | computer
lập trình | programming | coding
trí tuệ nhân tạo | artificial intelligence
kế toán | accounting
bảng tính | excel | spreadsheet
trình chiếu | powerpoint | slides
nấu ăn | nữ công gia chánh | cooking
làm bánh | baking
cắt may | may mặc | may đo | sewing | tailoring
nhiếp ảnh | chụp ảnh | chụp hình | photography
thư pháp | calligraphy
cờ vua | chess
cắm hoa | flower arranging | floristry
làm vườn | trồng cây | gardening
sơ cấp cứu | sơ cứu | cấp cứu | first aid
khiêu vũ | dancing
trang điểm | makeup | make up
cắt tóc | hairdressing
lái xe | driving
khởi nghiệp | startup
kinh doanh | business
bán hàng | sales
giao tiếp | conversation
người cao tuổi | người già | elderly | older people | seniors
trẻ em | thiếu nhi | trẻ nhỏ | children | kids
phụ nữ | women
người khuyết tật | disabled | disabilities
xóa mù chữ | xóa mù | literacy
nuôi dạy con | làm cha mẹ | parenting
đàn tranh | zither
bơi lội | bơi | swimming
điện thoại thông minh | smartphone
kỹ năng mềm | soft skills
người mới bắt đầu | người mới | cơ bản | căn bản | sơ cấp | nhập môn | vỡ lòng | từ đầu | từ con số không | beginner | beginners | basic | basics | elementary | introduction | from scratch
nâng cao | chuyên sâu | advanced
trung cấp | intermediate
sáng tạo | creative
thực hành | practical | hands on
thương mại điện tử | e commerce | ecommerce
"""  # noqa: E501 - a line for each meaning

_HINTS = """
free 1: miễn phí | không mất tiền | không tốn tiền | free | free of charge | no fee
mode online: trực tuyến | online | học từ xa
mode in_person: trực tiếp tại lớp | in person | face to face
mode self_paced: tự học | self paced
when weekend: cuối tuần | thứ bảy | chủ nhật | weekend | weekends
when evening: buổi tối | ban đêm | evening | evenings | ca tối | tối
when morning: buổi sáng | sáng | morning | mornings
when afternoon: buổi chiều | chiều | afternoon | afternoons
near 1: gần tôi | gần nhà | gần đây | near me | nearby
"""

_AUDIENCES = """
audience older-people: người cao tuổi | người già | người lớn tuổi | cao niên | nct | elderly | the elderly | elderly people | older people | older adults | seniors | senior citizens
audience children: trẻ em | thiếu nhi | trẻ nhỏ | cho bé | nhi đồng | children | kids
audience women: phụ nữ | chị em phụ nữ | women
audience people-with-disabilities: người khuyết tật | nkt | disabled people | people with disabilities | disabled
audience workers: người lao động | công nhân | workers
audience youth: thanh niên | thanh thiếu niên | young people | youth
audience parents: phụ huynh | parents
audience foreigners: người nước ngoài | foreigners | expats
audience ethnic-minorities: dân tộc thiểu số | người dân tộc | ethnic minorities
audience poor-households: hộ nghèo | người nghèo | poor households
audience migrants: lao động nhập cư | người nhập cư | migrants | migrant workers
audience rural-workers: lao động nông thôn | rural workers
"""  # noqa: E501 - a line for each audience

_LEVELS = """
level beginner: người mới bắt đầu | người mới | người mới học | cơ bản | căn bản | sơ cấp | nhập môn | vỡ lòng | từ đầu | từ con số không | beginner | beginners | absolute beginners | basic | basics | elementary | introduction | introductory | from scratch | from zero
level intermediate: trung cấp | intermediate
level advanced: nâng cao | chuyên sâu | advanced
"""  # noqa: E501 - a line for each level

_STOP = """
là và của các những cho với về ở tại tôi muốn cần tìm học khóa lớp một được để thì mà nào gì đâu
hoặc
"""
_STOP_UNMARKED = "hoc lop cua cho tai nhung muon hoac"
"""Stop words also without marks; not `ve` (vẽ), `can` (càn), `co` (cờ): subjects look like them."""
_STOP_ENGLISH = """
a an the for in at of and or to with on my i want learn learning study how course courses class
classes lesson lessons
"""

_NUMBERED = "quan phuong lop khoi bac cap level grade district ward"
NUMBERED = frozenset(_NUMBERED.split())
LONGEST_TERM = 6
"""So many words a term of the city may have."""
LETTERED = {"q": "quan", "p": "phuong", "f": "phuong", "d": "district"}


def _lines(table: str) -> list[tuple[str, list[str]]]:
    rows = (line.rpartition(":") for line in table.strip().splitlines())
    return [(head.strip(), [part.strip() for part in tail.split("|")]) for head, _, tail in rows]


def folds(typed: Typed) -> Phrase:
    return tuple(word.fold for word in typed)


def _typed(text: str) -> Typed:
    return tuple(words(text))


def _folds(text: str) -> Phrase:
    return folds(_typed(text))


@dataclass(frozen=True, slots=True)
class Equal:
    """Words that find each other if `two_way`, else only the first find the others."""

    term: str
    others: tuple[str, ...]
    two_way: bool


Synonyms = Mapping[Phrase, list[tuple[Typed, tuple[Phrase, ...]]]]


def built_in() -> list[Equal]:
    """The list to begin with."""
    short = [Equal(key, tuple(ways), two_way=False) for key, ways in _lines(_SHORT)]
    groups = [group for _, group in _lines(_EQUAL)]
    return [*short, *(Equal(term, tuple(others), two_way=True) for term, *others in groups)]


def table_of(entries: Iterable[Equal]) -> Synonyms:
    """What is looked up; a term with several entries has the ways of all of them."""
    table: dict[Typed, tuple[Phrase, ...]] = {}
    for entry in entries:
        group = (entry.term, *entry.others)
        for text in group if entry.two_way else group[:1]:
            others = (_folds(other) for other in group if other != text)
            table[_typed(text)] = (*table.get(_typed(text), ()), *others)
    return _by_folds(table)


def _filters(table: str) -> dict[Typed, tuple[str, str]]:
    pairs = ((head.split(), ways) for head, ways in _lines(table))
    return {_typed(text): (name, value) for (name, value), ways in pairs for text in ways}


def _by_folds(table: Mapping[Typed, T]) -> dict[Phrase, list[tuple[Typed, T]]]:
    found: dict[Phrase, list[tuple[Typed, T]]] = {}
    for typed, value in table.items():
        found.setdefault(folds(typed), []).append((typed, value))
    return found


def look_up(table: Mapping[Phrase, list[tuple[Typed, T]]], typed: Typed) -> T | None:
    """The entry for these words, typed with the right marks or with none."""
    for key, value in table.get(folds(typed), ()):
        if all(own.mark in (right.mark, right.fold) for own, right in zip(typed, key, strict=True)):
            return value
    return None


_BUILT_IN = table_of(built_in())
_in_use: list[Synonyms] = [_BUILT_IN]
_on_trial: ContextVar[Synonyms | None] = ContextVar("synonyms_on_trial", default=None)
HINTS = _by_folds(_filters(_HINTS))
AUDIENCES = _by_folds(_filters(_AUDIENCES))
LEVELS = _by_folds(_filters(_LEVELS))
LONGEST_KNOWN = max(LONGEST_SUBJECT, LONGEST_TERM, *map(len, [*_BUILT_IN, *HINTS, *AUDIENCES]))
"""So many words may stand together for one thing."""
STOP_MARKS = frozenset(word.mark for word in words(_STOP))
STOP_FOLDS = frozenset(_STOP_UNMARKED.split())
STOP_ENGLISH = frozenset(_STOP_ENGLISH.split())


def synonyms() -> Synonyms:
    """The equal words in use in this process: those of the city, or the list to begin with."""
    return _on_trial.get() or _in_use[0]


def use(table: Synonyms | None) -> None:
    """From now on, in this process; None is the list to begin with."""
    _in_use[0] = _BUILT_IN if table is None else table


@contextmanager
def trying(table: Synonyms) -> Iterator[None]:
    """Only here, to see what they would find."""
    before = _on_trial.set(table)
    try:
        yield
    finally:
        _on_trial.reset(before)


def flag(name: str, value: str) -> str:
    """The word under which a filter value is found as if it stood in the text."""
    return "zz" + name + value.replace("_", "")
