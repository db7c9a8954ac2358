"""Bringing the database to this version, under a lock: any number of processes may try at once."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

LOCK = 4_152_776
"""Any number that no other use of advisory locks in this database takes."""


def migrate() -> int:
    """Apply what is missing and tell how many migrations that were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            missing = len(pending())
            if missing:
                call_command("migrate", verbosity=0, interactive=False)
            return missing
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def pending() -> list[str]:
    """Name the migrations that this version has and the database has not."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
