"""The embedded PostgreSQL server and the choice between it and another one; no table, no Django.

Every process that uses the database attaches to it and releases it at its end:

    with open_database(os.environ, data_dir) as database:
        psycopg.connect(database.conninfo)

The first one in starts the server, the last one out stops it, and whoever finds it dead starts it
again. `docs/database.md` tells what lies where, `docs/decisions/database-launcher.md` why.
"""

from comptoir.storage.postgres.choice import Database, External, open_database
from comptoir.storage.postgres.errors import DatabaseUnavailable
from comptoir.storage.postgres.runner import ServiceUser
from comptoir.storage.postgres.server import Server, attach, erase

__all__ = [
    "Database",
    "DatabaseUnavailable",
    "External",
    "Server",
    "ServiceUser",
    "attach",
    "erase",
    "open_database",
]
