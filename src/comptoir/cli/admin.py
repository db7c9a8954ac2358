"""Commands of the administrator: migrations, and the first link."""

from __future__ import annotations

import os

import click

from comptoir.cli.environment import with_desk


@click.command()
@with_desk
def migrate() -> None:
    """Bring the database to this version; harmless when repeated, or run by several at once.

    Example: comptoir migrate
    """
    from comptoir.storage.migrating import migrate as apply

    count = apply()
    click.echo(f"{count} migrations applied." if count else "The database is up to date.")


@click.command("first-link")
@with_desk
def first_link() -> None:
    """Make the link for the first administrator anew; the one before no longer works.

    Example: comptoir first-link
    """
    from comptoir.merchant.actions.set_up import first_link as make
    from comptoir.storage.clock import now

    token = make(now=now())
    if token is None:
        raise click.ClickException(
            "There is an administrator already. People are invited on the page Settings, People."
        )
    url = os.environ.get("COMPTOIR_URL", "http://127.0.0.1:8700").rstrip("/")
    click.echo(f"{url}/welcome/{token}")
