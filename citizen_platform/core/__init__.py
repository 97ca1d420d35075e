"""What every feature stands on, without a noun of the domain: a closed list of modules."""

from __future__ import annotations

from flask import Flask

from citizen_platform.core import database, errors, forms, i18n, jobs, outbox, security
from citizen_platform.core.jobs import commands


def init_app(app: Flask) -> None:
    """Set up database, languages, security, error pages, forms, jobs and letters, as they lean on each other."""
    database.init_app(app)
    i18n.init_app(app)
    security.init_app(app)
    errors.init_app(app)
    forms.init_app(app)
    jobs.init_app(app)
    outbox.init_app(app)
    app.cli.add_command(commands.work)
