"""Commands for people who stand before a closed door: the last administrator's way in."""

from __future__ import annotations

import os
from datetime import datetime

import click

from comptoir.cli.environment import with_desk


@click.command("password-link")
@click.argument("email")
@click.option(
    "--without-second-step", is_flag=True, help="Also remove a lost second step of the log-in."
)
@with_desk
def password_link(email: str, without_second_step: bool) -> None:
    """Make a link by which somebody chooses a new password; for whoever has nobody to ask.

    Example: comptoir password-link camille@maisonperrin.example
    """
    from comptoir.storage.clock import now

    url = os.environ.get("COMPTOIR_URL", "http://127.0.0.1:8700").rstrip("/")
    path = path_for(email, without_second_step=without_second_step, now=now())
    click.echo(url + path)


def path_for(email: str, *, without_second_step: bool, now: datetime) -> str:
    """Make the link and give its path; the trail says that it was made at the command line."""
    from comptoir.merchant.actions import passwords, people
    from comptoir.merchant.actions.errors import Refused
    from comptoir.merchant.models import Person

    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise click.ClickException(f"Nobody here has the address {email}.")
    try:
        token = passwords.make_link(person.pk, by=None, now=now)
    except Refused:
        raise click.ClickException(
            f"{person.name} is deactivated. An administrator can change that under Settings, People."
        ) from None
    if without_second_step:
        people.remove_second_factor(person.pk, by=None, now=now)
    return f"/password/{token}"
