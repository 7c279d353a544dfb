"""Forms of accounts, one module for each subject."""

from app.accounts.forms.password import PasswordForm
from app.accounts.forms.sign_in import SignInForm

__all__ = ["PasswordForm", "SignInForm"]
