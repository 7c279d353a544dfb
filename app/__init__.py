"""Phố Học: the catalogue, enrolment and participation figures of a learning city.

`create_app` is the only place that knows every package; packages know only those below them.
"""

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import app.models  # noqa: F401 - tables are registered by being imported
from app.core import access, delivery, i18n, logs, pages, web
from app.core import cli as core_cli
from app.core.config import Settings
from app.core.cookies import SignedCookies
from app.core.db import db
from app.core.i18n import DEFAULT
from app.registry import BY_TOKEN, blueprints, command_groups, load_actor, start_services

__all__ = ["create_app"]

csrf = CSRFProtect()
migrate = Migrate()


def create_app(settings: Settings | None = None, **config: object) -> Flask:
    """The application, ready to serve.

    Args:
        settings: read from the environment when not given.
        config: Flask configuration that tests set.

    Raises:
        UnsafeSettings: the environment would make an unsafe production start.
    """
    settings = settings or Settings.from_env()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    templates = str(settings.project / "templates")
    app = Flask(__name__, template_folder=templates, static_folder=None)
    app.config.update(_config(settings), **config)
    app.extensions["settings"] = settings
    if settings.is_production:  # a proxy stands in front and says who is asking
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own advice
    app.session_interface = SignedCookies(app)
    logs.start()
    web.install(app, settings)
    _install_extensions(app, settings)
    pages.install(app)
    delivery.install(app)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    for group in (
        core_cli.jobs,
        core_cli.keys,
        core_cli.backup,
        core_cli.restore,
        core_cli.assets,
        *command_groups(),
    ):
        app.cli.add_command(group)
    with app.app_context():
        access.load_actors_by(load_actor)
        start_services(app, settings)
    return app


def _config(settings: Settings) -> dict[str, object]:
    secure = settings.is_production
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": 8,
            "max_overflow": 4,
            "hide_parameters": True,
        },
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "BABEL_DEFAULT_LOCALE": DEFAULT,
        "BABEL_TRANSLATION_DIRECTORIES": str(settings.project / "translations"),
    }


def _install_extensions(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    csrf.init_app(app)
    for view in BY_TOKEN:
        csrf.exempt(view)
    migrate.init_app(app, db, directory=str(settings.project / "migrations"), render_as_batch=True)
    i18n.install(app)
