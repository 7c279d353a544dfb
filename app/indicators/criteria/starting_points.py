"""Lists of criteria that come with the product, to be edited: nobody has confirmed them."""

from pathlib import Path

from app.core.i18n import Bilingual
from app.feeds import source
from app.indicators.criteria import sheet as sheets
from app.indicators.criteria.sheet import Sheet
from app.indicators.operations.frameworks import About, install_framework

UNESCO = About(
    code="unesco-42",
    name=Bilingual(
        "Đặc điểm chính của thành phố học tập (UNESCO)", "Key features of learning cities (UNESCO)"
    ),
    source="UIL 2014, Beijing Conference Report, III.B",
)
_FILE = Path(__file__).with_name("data") / "unesco-key-features.csv"


def unesco_sheet() -> Sheet:
    """The key features in words of our own."""
    with source.opened(_FILE) as opened:
        return sheets.read(opened.rows)


def ensure_frameworks() -> int:
    """Put in what is not there; the number of lists that were added. Edits are never undone."""
    return int(install_framework(UNESCO, unesco_sheet()))
