"""Dolen: the loop between citizens and decisions.

Features stand on a ladder: each may import those before it, never those after it (import-linter keeps it so).
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from citizen_platform import core
from citizen_platform.core.database import CommittingFlask
from config import Settings, read_settings

FEATURES = (
    "accounts",
    "organisations",
    "consultations",
    "contributions",
    "submissions",
    "panels",
    "assemblies",
    "proposals",
    "themes",
    "decisions",
    "site",
)


def create_app(settings: Settings | None = None) -> CommittingFlask:
    """The whole service for one set of settings (read from the environment when none are given)."""
    settings = settings or read_settings()
    app = CommittingFlask(__name__, instance_path=str(settings.instance))
    app.config.from_mapping(settings.flask())
    core.init_app(app)
    for name in FEATURES:
        add_feature(app, f"{__name__}.{name}")
    return app


def add_feature(app: CommittingFlask, package: str) -> None:
    """Load a feature's tables, jobs, commands and pages, and hang its blueprint in the app."""
    blueprint = import_module(package).blueprint
    parts = {
        part: import_module(f"{package}.{part}")
        for part in ("models", "jobs", "cli", "views")
        if find_spec(f"{package}.{part}")
    }
    if "views" in parts and hasattr(parts["views"], "init_app"):
        parts["views"].init_app(app)
    for command in getattr(parts.get("cli"), "commands", ()):
        app.cli.add_command(command)
    app.register_blueprint(blueprint)
