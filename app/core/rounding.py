"""Numbers in files: shorter than they are, and never 0 where they are not."""

from decimal import Decimal

_OF_LITTLE = 2


def to_places(value: float, places: int) -> float:
    """Rounded to these decimals; what would become 0 keeps two digits that say how little it is."""
    return round(value, places) or float(f"{value:.{_OF_LITTLE}g}")


def plain(value: float) -> str:
    """All digits and no exponent: 0.00005, not 5e-05."""
    text = repr(value)
    return f"{Decimal(text):f}" if "e" in text else text
