"""The embedded server, or the one that `COMPTOIR_DATABASE_URL` names."""

from __future__ import annotations

from pathlib import Path

import pytest

from comptoir.storage.postgres import DatabaseUnavailable, External, attach, open_database
from tests.storage.postgres.conftest import Running
from tests.storage.postgres.observe import query


def test_url_is_used_and_nothing_embedded_is_started(running: Running, empty_dir: Path) -> None:
    """Another server stands for a managed one: it is used, and left as it is."""
    sockets = str(running[1].socket.parent).replace("/", "%2F")
    url = f"postgresql://comptoir@{sockets}/comptoir"

    with open_database({"COMPTOIR_DATABASE_URL": url}, empty_dir / "data") as database:
        assert query(database.conninfo, "SELECT current_database()") == "comptoir"
        assert database.ensure_alive() is False

    assert query(running[1].conninfo, "SELECT 1") == 1
    assert list(empty_dir.iterdir()) == []


@pytest.mark.parametrize("environ", [{}, {"COMPTOIR_DATABASE_URL": " "}])
def test_no_url_means_the_embedded_server(running: Running, environ: dict[str, str]) -> None:
    with open_database(environ, running[0]) as database:
        assert database.conninfo == running[1].conninfo


@pytest.mark.parametrize(
    "url",
    [
        "mysql://desk:geheim@db.maison-perrin.example/desk",
        "postgresql://desk:geheim@db.maison-perrin.example",
        "postgresql://desk:geheim@db.maison-perrin.example:port/desk",
        "host=db.maison-perrin.example password=geheim",
    ],
)
def test_url_that_is_none_is_refused_without_repeating_its_password(
    empty_dir: Path, url: str
) -> None:
    with pytest.raises(DatabaseUnavailable) as refusal:
        open_database({"COMPTOIR_DATABASE_URL": url}, empty_dir)

    assert str(refusal.value) == (
        "COMPTOIR_DATABASE_URL must look like postgresql://user:password@host:5432/name."
    )


def test_both_kinds_offer_the_same(running: Running) -> None:
    with attach(running[0]) as embedded:
        asked = [
            name for name in ("conninfo", "ensure_alive", "release") if hasattr(embedded, name)
        ]

    assert [name for name in asked if hasattr(External("postgresql:///desk"), name)] == asked
