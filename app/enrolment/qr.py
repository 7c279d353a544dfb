"""QR codes as pictures inside a page."""

import segno


def picture(text: str) -> str:
    """A data: address of an SVG that cameras read also from a printed sheet."""
    return str(
        segno.make(text, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
    )
