"""The blueprint all pages of city staff about people and accounts share."""

from app.core.i18n import localised

bp = localised("accounts_staff", __name__, "/staff")
