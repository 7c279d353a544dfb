"""The application for a WSGI server, and for the `flask` command."""

import atexit
import gc
import sys

from app import create_app
from app.core.config import UnsafeSettings

try:
    app = create_app()
except UnsafeSettings as error:
    sys.exit(str(error))
gc.freeze()  # what was loaded lives as long as the process: the collector need not look at it
atexit.register(gc.unfreeze)  # or libraries complain at the end about what nobody collected
