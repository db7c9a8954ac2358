"""Taking the demo away again: every row it made, and its mail on disk."""

from __future__ import annotations

import os
from shutil import rmtree

from django.apps import apps
from django.db import connection, transaction

from comptoir.cli.demo.seed import SPOOL_FOLDER
from comptoir.merchant.models import Merchant
from comptoir.storage.places import data_dir

ROOMS = ("storage", "merchant", "orders", "sla", "replies", "tickets", "inbox")


class NotADemo(Exception):  # noqa: N818 - reads as what happened
    """Say that this installation is a real merchant's, whose data nobody throws away."""


@transaction.atomic
def purge() -> None:
    """Empty an installation that holds the demo shop; refuse any other."""
    merchant = Merchant.objects.first()
    if merchant is not None and not merchant.is_demo:
        raise NotADemo(merchant.name)
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ROOMS
    ]
    quoted = ", ".join(connection.ops.quote_name(table) for table in tables)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {quoted} RESTART IDENTITY CASCADE")
    rmtree(data_dir(os.environ) / SPOOL_FOLDER, ignore_errors=True)
