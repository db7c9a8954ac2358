"""The database of the tests: the embedded server, in a folder of its own, started once.

`COMPTOIR_TEST_DATA_DIR` keeps the server's folder between runs, which saves a second or two.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

_FOLDER = os.environ.get("COMPTOIR_TEST_DATA_DIR") or tempfile.mkdtemp(prefix="comptoir-tests-")
if "COMPTOIR_TEST_DATA_DIR" not in os.environ:
    atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
os.environ["COMPTOIR_DATA_DIR"] = _FOLDER
os.environ.pop("COMPTOIR_DEMO", None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Start the server when the first test asks for the database, and point Django at it."""
    from django.db import connections
    from psycopg.conninfo import conninfo_to_dict

    from comptoir.storage.postgres import open_database

    database = open_database(os.environ, Path(_FOLDER))
    parts = conninfo_to_dict(database.conninfo)
    settings = connections["default"].settings_dict
    settings["HOST"] = str(parts.get("host", ""))
    settings["PORT"] = str(parts.get("port", ""))
    settings["USER"] = str(parts.get("user", ""))
    settings["PASSWORD"] = str(parts.get("password", ""))
    settings["OPTIONS"].pop("pool", None)
    atexit.register(database.release)


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> None:
    """Hash passwords cheaply: the real way takes half a second each, on purpose."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _policies_read_anew() -> None:
    """What a process keeps of the policies would outlive the rows of the test before."""
    from comptoir.sla.choosing import forget_choices

    forget_choices()


def pytest_configure() -> None:
    """Hash passwords quickly: these tests make hundreds of people."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
