"""`python -m tests.storm.serve MODULE`: `flask serve`, with the application of another module."""

import sys

from flask.cli import cli

from app.home import server

_children = server._children


def _others(settings, host):
    web, worker = _children(settings, host)
    web.command = [*web.command[:-1], f"{sys.argv[-1]}:app"]
    return [web, worker]


if __name__ == "__main__":
    server._children = _others
    cli.main(["--app", "wsgi", "serve"])
