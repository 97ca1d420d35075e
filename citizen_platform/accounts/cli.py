"""``flask --app wsgi people ...``: the first account of a body, and others."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import IntegrityError

from citizen_platform.accounts import services
from citizen_platform.accounts.forms import ADDRESS
from citizen_platform.accounts.models import Role
from citizen_platform.core.database import transaction


@click.group()
def people() -> None:
    """People who work in Dolen."""


@people.command()
@click.argument("email")
@click.option("--role", "held", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--body", required=True, help="The body's name in addresses (its slug).")
@with_appcontext
def invite(email: str, held: str, body: str) -> None:
    """Invite EMAIL to a role in a body: send a letter and print the link, which works once within 7 days."""
    if not ADDRESS.fullmatch(email):
        raise click.BadParameter(f"{email} is not an e-mail address", param_hint="EMAIL")
    try:
        with transaction():
            _invitation, links = services.invite(
                email,
                Role(held),
                body,
                origin=current_app.config["DOLEN"].origin,
                by=None,
                now=datetime.now(UTC),
            )
    except IntegrityError as error:
        raise click.ClickException(f"there is no body {body}") from error
    click.echo(links.cy)


commands = [people]
