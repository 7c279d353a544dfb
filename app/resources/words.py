"""Words for licences and formats, and what a licence allows."""

from app.core.i18n import lazy as _
from app.resources.models import Licence, ResourceFormat

LICENCES: dict[Licence, str] = {
    Licence.CC_BY: _("CC BY 4.0: use and change it, name the author"),
    Licence.CC_BY_SA: _("CC BY-SA 4.0: name the author, share changes alike"),
    Licence.CC_BY_NC: _("CC BY-NC 4.0: name the author, not for business"),
    Licence.CC0: _("CC0: use it freely"),
    Licence.PUBLIC_DOMAIN: _("Public domain: use it freely"),
    Licence.ALL_RIGHTS: _("All rights reserved: read it, do not copy it"),
}

LICENCE_LINKS: dict[Licence, str] = {
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC_BY_NC: "https://creativecommons.org/licenses/by-nc/4.0/",
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
}

FORMATS: dict[ResourceFormat, str] = {
    ResourceFormat.WEB: _("Web page"),
    ResourceFormat.PDF: _("PDF document"),
    ResourceFormat.VIDEO: _("Video"),
    ResourceFormat.AUDIO: _("Audio"),
}
