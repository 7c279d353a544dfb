"""Pages of signing in and of one's own account, one module for each subject."""

from app.accounts.views import password, sign_in
from app.accounts.views.blueprint import bp

__all__ = ["bp", "password", "sign_in"]
