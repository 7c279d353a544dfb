"""The secret of a second factor as an authenticator app, or a person, can take it over."""

import pyotp
import segno

from app.accounts.models import Account
from app.core.config import current

_GROUP = 4


def address(secret: str, account: Account) -> str:
    """What the QR code holds: an address that opens the app."""
    name = account.email or account.phone or ""
    return str(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=current().site_name_vi))


def picture(uri: str) -> str:
    """A data: address of an SVG that cameras read."""
    return str(
        segno.make(uri, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
    )


def readable(secret: str) -> str:
    """In groups of four, to be typed."""
    return " ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP))
