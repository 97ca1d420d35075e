"""``flask --app wsgi bodies ...``: the public bodies of this installation."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from citizen_platform.core.bilingual import Bilingual
from citizen_platform.core.database import transaction
from citizen_platform.core.errors import DomainError
from citizen_platform.organisations import services


@click.group()
def bodies() -> None:
    """Public bodies."""


@bodies.command()
@click.argument("slug")
@click.option("--cy", required=True, help="The name in Welsh.")
@click.option("--en", required=True, help="The name in English.")
@with_appcontext
def add(slug: str, cy: str, en: str) -> None:
    """Take in a public body; SLUG is its name in addresses and never changes."""
    try:
        with transaction():
            services.add_body(slug, Bilingual(cy.strip(), en.strip()), by=None, now=datetime.now(UTC))
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(slug)


commands = [bodies]
