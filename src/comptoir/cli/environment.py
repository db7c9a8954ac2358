"""Getting a process ready: the data folder, the database it uses, Django's settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from comptoir.storage.places import data_dir
from comptoir.storage.postgres import Database, DatabaseUnavailable, open_database

P = ParamSpec("P")
T = TypeVar("T")


def hold_database(*, watch: bool = False) -> Database:
    """Attach to the database and tell Django where it is; the embedded one is started if need be.

    The hold ends with the process at the latest. Raises `click.ClickException` with one line that
    says what to do.
    """
    folder = data_dir(os.environ)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        database = open_database(os.environ, folder, watch=watch)
    except DatabaseUnavailable as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(
            f"The data folder {folder} cannot be used ({error.strerror}). Set COMPTOIR_DATA_DIR."
        ) from None
    os.environ["COMPTOIR_CONNINFO"] = database.conninfo
    return database


def start_django() -> None:
    """Load Django; the database must be held before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.settings")
    import django

    django.setup()


def with_desk(command: Callable[P, T]) -> Callable[P, T]:
    """Run a command with the database held and Django loaded."""

    @wraps(command)
    def ready(*args: P.args, **kwargs: P.kwargs) -> T:
        with hold_database():
            start_django()
            return command(*args, **kwargs)

    return ready


def say(text: str) -> None:
    """Print progress for a person; quiet in a pipe."""
    if sys.stderr.isatty():
        click.echo(text, err=True)
