"""How a driver is told where the embedded server is."""

from comptoir.storage.postgres.places import PORT, Places
from comptoir.storage.postgres.probe import DATABASE, ROLE


def conninfo_of(places: Places) -> str:
    """Write a libpq connection string; the path needs no quoting, see `places`."""
    return f"host={places.sockets} port={PORT} user={ROLE} dbname={DATABASE}"
