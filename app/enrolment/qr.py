"""QR codes as pictures inside a page."""

import io

import segno


def picture(text: str) -> str:
    """A data: address of an SVG that cameras read also from a printed sheet."""
    return str(
        segno.make(text, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
    )


def drawing(text: str) -> str:
    """The same as SVG, for a paper."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", border=4, dark="#000", light="#fff")
    return drawn.getvalue().decode()
