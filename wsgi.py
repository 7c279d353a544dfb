"""The application for a WSGI server, and for the `flask` command."""

import gc

from app import create_app

app = create_app()
gc.freeze()  # what was loaded lives as long as the process: the collector need not look at it
