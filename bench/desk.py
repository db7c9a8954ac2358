"""A desk to measure on: an embedded database of its own, thrown away afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@contextmanager
def desk() -> Iterator[Path]:
    """Boot a database in a folder of its own, migrate it, and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="comptoir-bench-"))
    os.environ["COMPTOIR_DATA_DIR"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.settings")
    os.environ["COMPTOIR_LOG_LEVEL"] = "ERROR"
    from comptoir.storage.postgres import open_database

    try:
        with open_database(os.environ, folder) as database:
            os.environ["COMPTOIR_CONNINFO"] = database.conninfo
            import django

            django.setup()
            from comptoir.storage.migrating import migrate

            migrate()
            yield folder
            from django.db import connections

            connections.close_all()
            connections["default"].close_pool()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def mailbox() -> object:
    """Make a merchant with one mailbox that serves four channels, and give the connection."""
    from comptoir.inbox import connecting
    from comptoir.merchant.models import Merchant

    Merchant.objects.create(name="Maison Perrin", time_zone="Europe/Paris")
    since = START - timedelta(days=30)
    return connecting.connect(
        "mail",
        "info@maison-perrin.example",
        {"imap_host": "imap.example", "user": "info@maison-perrin.example"},
        {"password": "unused"},
        [
            connecting.NewChannel("amazon", "Amazon.de", since, "DE"),
            connecting.NewChannel("amazon", "Amazon.fr", since, "FR"),
            connecting.NewChannel("ebay", "eBay.de", since, "DE"),
            connecting.NewChannel("shopify", "maison-perrin.example", since, "FR"),
        ],
        by=None,
        now=since,
    )
