import pytest

from app.core import rounding
from app.core.tables import csv_line


@pytest.mark.parametrize(
    ("value", "places", "kept"),
    [
        (12.345, 2, 12.35),
        (0.0, 2, 0.0),
        (0.0000357, 2, 0.000036),
        (0.041, 1, 0.041),
        (0.06, 1, 0.1),
    ],
)
def test_a_number_is_shortened_but_never_to_0(value, places, kept):
    assert rounding.to_places(value, places) == kept


def test_files_write_small_numbers_without_an_exponent():
    assert csv_line([0.000036, 0.5, 7, None, "x"]) == "0.000036,0.5,7,,x\r\n"
