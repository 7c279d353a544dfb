"""The form of the text-size page."""

from wtforms import RadioField

from app.core.forms import BaseForm
from app.core.i18n import lazy as _


class DisplayForm(BaseForm):
    text = RadioField(
        _("Text size"),
        choices=[("100", _("Normal")), ("125", _("Large")), ("150", _("Very large"))],
    )
    scheme = RadioField(
        _("Colours"),
        choices=[
            ("auto", _("As this device is set")),
            ("light", _("Light")),
            ("dark", _("Dark")),
            ("contrast", _("High contrast")),
        ],
    )
