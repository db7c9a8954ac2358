"""How the embedded server is set up: honest about durability, small at rest, silent about data."""

from pathlib import Path

from comptoir.storage.postgres.places import PORT

# Every line that is not the default has its reason beside it; paths are relative to the cluster.
_SETTINGS = """\
# Written at every start; your own settings go into ../custom.conf, they win.

# Reached through a socket in a private folder only.
listen_addresses = ''
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 60

# A commit that was acknowledged is on disk.
fsync = on
synchronous_commit = on
full_page_writes = on
# No replicas and no base backups hang on this server (`comptoir backup` dumps), so the log of
# changes may stay as small as crash recovery allows.
wal_level = minimal
max_wal_senders = 0
max_wal_size = 512MB

# Small at rest: 64 MB shared at most, and no processes that wait for work we do not have.
shared_buffers = 64MB
work_mem = 4MB
maintenance_work_mem = 32MB
huge_pages = off
jit = off
io_method = sync
max_logical_replication_workers = 0
max_worker_processes = 4
max_parallel_workers = 2
autovacuum = on
autovacuum_max_workers = 2
autovacuum_worker_slots = 2
random_page_cost = 1.1

timezone = 'UTC'
log_timezone = 'UTC'
cluster_name = 'comptoir'

# The log goes to one file, which the launcher turns over. Buyers' data must not get into it:
# texts of statements, their parameters, and details such as "Key (email)=(…) already exists".
# Messages of level ERROR quote values, too; the application gets them and reports its own way.
logging_collector = off
log_destination = 'stderr'
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = 'none'
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_autovacuum_min_duration = -1
log_checkpoints = off
log_lock_waits = off
log_temp_files = -1

# The last word counts.
include = '../custom.conf'
"""


def settings_text(sockets: Path) -> str:
    """Write the server's settings."""
    return _SETTINGS.format(port=PORT, sockets=sockets)


def access_text() -> str:
    """Write who may log in: through the socket, as the user the kernel vouches for, mapped."""
    return "# Written at every start.\nlocal all all peer map=comptoir\n"


def names_text(client_names: tuple[str, ...], roles: tuple[str, ...]) -> str:
    """Write which user of the system may take which roles."""
    lines = [f'comptoir "{name}" {role}' for name in client_names for role in roles]
    return "\n".join(["# Written at every start.", *lines, ""])
