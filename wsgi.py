"""The application for a WSGI server, and for the `flask` command."""

import atexit
import gc
import sys

gc.disable()  # nothing of what is loaded here could be collected

from app import create_app  # noqa: E402 - loading it is what is meant
from app.core.config import UnsafeSettings  # noqa: E402

try:
    app = create_app()
except UnsafeSettings as error:
    sys.exit(str(error))
gc.enable()
gc.freeze()  # what was loaded lives as long as the process: the collector need not look at it
atexit.register(gc.unfreeze)  # or libraries complain at the end about what nobody collected
