"""Migrations: none is missing, and any number of processes may apply them at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from comptoir.storage.migrating import pending


@pytest.mark.django_db
def test_every_change_of_a_table_has_its_migration() -> None:
    rooms = ("storage", "merchant", "orders", "sla", "tickets")
    call_command("makemigrations", *rooms, check=True, dry_run=True, verbosity=0)
    assert pending() == []


def test_two_processes_migrate_an_empty_database_at_once(tmp_path: Path) -> None:
    environ = {**os.environ, "COMPTOIR_DATA_DIR": str(tmp_path), "COMPTOIR_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "comptoir", "migrate"]
    both = [
        subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    told = sorted(process.communicate(timeout=120)[0].strip() for process in both)

    assert [process.returncode for process in both] == [0, 0]
    assert told[1] == "The database is up to date."
    assert told[0].endswith("migrations applied.")
