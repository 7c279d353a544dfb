"""Which version of the software makes the figures."""

import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from app.core.config import Settings

_NAME = "phohoc"


@cache
def software(settings: Settings) -> str:
    """The installed package's version, else that of the project file beside the code."""
    try:
        return version(_NAME)
    except PackageNotFoundError:
        project = tomllib.loads((settings.project / "pyproject.toml").read_text("utf-8"))
        return str(project["project"]["version"])
