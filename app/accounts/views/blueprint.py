"""The one blueprint of these pages."""

from app.core.i18n import localised

bp = localised("accounts", __name__)
