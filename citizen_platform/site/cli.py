"""``flask --app wsgi demo load`` and ``flask --app wsgi doctor``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import Config
from sqlalchemy.exc import SQLAlchemyError

from citizen_platform.contributions import queries as contributions
from citizen_platform.core.database import db, migrations_folder, transaction
from citizen_platform.core.i18n import translated_rule
from citizen_platform.core.jobs.child import ChildFailed, KeptChild
from citizen_platform.core.security import derived_code, in_groups
from citizen_platform.site import services

READ_WITHIN = timedelta(minutes=10)
demo = AppGroup("demo", help="The demo: two public bodies, four consultations, invented people and places.")


@demo.command("load")
def load() -> None:
    """Load the demo into the configured database, once, and print its sign-ins."""
    settings = current_app.config["DOLEN"]
    if settings.is_production:
        raise click.ClickException(
            "The demo has sign-ins that everybody knows: it is not loaded in production."
        )
    if services.is_loaded():
        click.echo("The demo is there already; nothing was changed.")
    else:
        with transaction():
            services.Demo(now=datetime.now(UTC), derive=derive).load()
        click.echo("The demo is loaded.")
    click.echo(f"\nSign in at {settings.origin}{translated_rule('/sign-in', 'cy')}")
    click.echo(f"       or {settings.origin}{translated_rule('/sign-in', 'en')}")
    for entry in services.read("people"):
        roles = ", ".join(
            f"{held['role'].replace('_', ' ')} ({held['body']})" for held in entry["memberships"]
        )
        click.echo(f"  {entry['email']:36} {roles}")
    click.echo(f"  Password for all of them: {services.PASSWORD}")
    click.echo("\nReceipts of citizens in the demo:")
    for name in services.SHOWN_RECEIPTS:
        code = in_groups(derive(name))
        click.echo(f"  {settings.origin}{translated_rule('/receipts/<code>', 'cy').replace('<code>', code)}")


def derive(name: str) -> str:
    """The receipt code of a name in the demo: known to this installation only, the same at each loading."""
    return derived_code(current_app.config["SECRET_KEY"], name)


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Say in words what is wrong with this installation; exit 1 when something is."""
    faults = database_faults()
    faults += [*([] if faults else waiting_faults()), *language_faults()]
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo("Database, migrations, Welsh catalogue and the text engine are as they should be.")


def database_faults() -> list[str]:
    """The database cannot be reached, or is not migrated."""
    config = Config()
    config.set_main_option("script_location", migrations_folder())
    try:
        with db.engine.connect() as connection:
            now_at = MigrationContext.configure(connection).get_current_heads()
    except SQLAlchemyError as error:
        return [f"The database cannot be reached: {error}"]
    wanted = ScriptDirectory.from_config(config).get_heads()
    if set(now_at) != set(wanted):
        return ["The database is not migrated. Run: flask --app wsgi db upgrade"]
    return []


def waiting_faults() -> list[str]:
    """Statements that no machine has read although they came in a while ago, and those that none could read."""
    found = []
    waiting = contributions.number_waiting(before=datetime.now(UTC) - READ_WITHIN)
    if waiting:
        found.append(
            f"Statements that have waited to be read by the machine for more than ten minutes: {waiting}."
            " Is the worker running? Start it with: flask --app wsgi work"
        )
    numbers = contributions.unreadable()
    if numbers:
        some = ", ".join(map(str, numbers[:20]))
        found.append(f"Statements that cannot be read by the machine: {len(numbers)} (number {some}).")
    return found


def language_faults() -> list[str]:
    """The Welsh catalogue is not compiled, or the text engine does not start."""
    found = []
    if not (current_app.extensions["babel"].instance.list_translations()):
        found.append(
            "The Welsh catalogue is not compiled, so Welsh pages would be in English. Run: make translations"
        )
    child = KeptChild("nlp", "language")
    try:
        child.ask([{"id": "1", "text": "Mae angen mwy o fysiau yn y pentref."}])
    except ChildFailed as error:
        found.append(f"The text engine does not start: {error}")
    finally:
        child.stop()
    return found


commands = [demo, doctor]
