"""The form of the text-size page."""

from wtforms import RadioField

from app.core.forms import BaseForm, choice
from app.core.i18n import lazy as _


class DisplayForm(BaseForm):
    text = RadioField(
        _("Text size"),
        choices=[
            choice("100", _("Normal")),
            choice("125", _("Large")),
            choice("150", _("Very large")),
        ],
    )
    scheme = RadioField(
        _("Colours"),
        choices=[
            choice("auto", _("As this device is set")),
            choice("light", _("Light")),
            choice("dark", _("Dark")),
            choice("contrast", _("High contrast")),
        ],
    )
