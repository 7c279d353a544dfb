"""The application for a WSGI server, and for the `flask` command."""

import sys

from app import create_app
from app.core.config import UnsafeSettings

try:
    app = create_app()
except UnsafeSettings as error:
    sys.exit(str(error))
