"""A desk with a real mailbox: stored connection, real Dovecot, real processes of the product.

Workers run as processes of their own on the database of the tests, so that they can be killed as
a machine would kill them, and what they leave behind is read here.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from comptoir.inbox import arrivals, connecting, pulling
from comptoir.inbox.connections import open_connector
from comptoir.inbox.own_mail import forget_addresses
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Connection, Merchant
from comptoir.tickets.verifying import differences
from tests.mailservers.dovecot import Dovecot, MailUser
from tests.mailservers.scripted import SILENCE
from tests.mailservers.smtpsink import SmtpSink

DAY = timedelta(days=1)
CHANNELS = (
    ("amazon", "Amazon.de", "DE"),
    ("amazon", "Amazon.fr", "FR"),
    ("ebay", "eBay.de", "DE"),
    ("shopify", "maison-perrin.example", "FR"),
)

DOT = re.compile(rb"\r\n\.\r\n")
TAKES_ALL_SAYS_NOTHING = [
    b"220 smtp.example\r\n",
    re.compile(rb"(?i)EHLO.*\r\n"),
    b"250-smtp.example\r\n250 AUTH PLAIN\r\n",
    re.compile(rb"(?i)AUTH.*\r\n"),
    b"235 2.7.0 OK\r\n",
    re.compile(rb"(?i)MAIL.*\r\n"),
    b"250 OK\r\n",
    re.compile(rb"(?i)RCPT.*\r\n"),
    b"250 OK\r\n",
    re.compile(rb"(?i)DATA\r\n"),
    b"354 go on\r\n",
    DOT,
    SILENCE,
]
"""The script of an SMTP server that takes a mail and never says so."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def account(
    dovecot: Dovecot, user: MailUser, sink: SmtpSink | None = None, **more: Any
) -> dict[str, Any]:
    """Give the settings of a mailbox as the settings page stores them."""
    values: dict[str, Any] = {
        "imap_host": dovecot.host,
        "imap_port": dovecot.port,
        "imap_security": "none",
        "user": user.name,
        "senders": [user.name],
        "timeout_seconds": 10.0,
        "reconnect_seconds": 1.0,
        "ca_certificates": dovecot.certificates.signer,
    }
    if sink is not None:
        values |= {"smtp_host": sink.host, "smtp_port": sink.port, "smtp_security": "none"}
        sink.passwords[user.name] = user.password
    return {**values, **more}


def connect(
    dovecot: Dovecot,
    user: MailUser,
    sink: SmtpSink | None = None,
    *,
    channels: Sequence[tuple[str, str, str]] = CHANNELS,
    starts_at: datetime | None = None,
    is_watched_only: bool = False,
    **more: Any,
) -> Connection:
    """Store a mailbox with its channels, as the settings page does."""
    Merchant.objects.get_or_create(name="Maison Perrin", defaults={"time_zone": "Europe/Paris"})
    start = starts_at or utc_now() - 30 * DAY
    new = [
        connecting.NewChannel(m, name, start, country, is_watched_only=is_watched_only)
        for m, name, country in channels
    ]
    row = connecting.connect(
        "mail",
        user.name,
        account(dovecot, user, sink, **more),
        {"password": user.password},
        new,
        by=None,
        now=utc_now(),
    )
    forget_routes()
    forget_addresses()
    return row


def pull(row: Connection) -> int:
    """Fetch what the mailbox has, with the real connector; gives how many items were new."""
    row.refresh_from_db()
    with contextlib.closing(open_connector(row)) as connector:
        return pulling.pull(row, connector, clock=utc_now)


def pull_and_read(row: Connection) -> int:
    count = pull(row)
    arrivals.read_waiting(clock=utc_now)
    return count


def wrong_clocks(ahead: timedelta = timedelta(0)) -> list[Any]:
    return list(differences(now=utc_now() + ahead))


def until(done: Callable[[], Any], seconds: float = 8.0) -> Any:
    """Wait until something is so, and give it; fails when it never is."""
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        if got := done():
            return got
        time.sleep(0.05)
    raise AssertionError("it never came to pass")


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Give a process the database and the key of this test."""
    found = connection.get_connection_params()
    address = (
        f"postgresql:///{found['dbname']}?host={found['host']}&port={found.get('port') or 5432}"
        f"&user={found.get('user', '')}"
    )
    return {
        **os.environ,
        "COMPTOIR_DATABASE_URL": address,
        "COMPTOIR_DATA_DIR": str(folder),
        "COMPTOIR_MASTER_KEY": ",".join(settings.MASTER_KEYS),
        "COMPTOIR_POOL_SIZE": "6",
        **more,
    }


@contextlib.contextmanager
def worker(folder: Path, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Run `comptoir worker` until the end of the block; the block may kill it."""
    folder.mkdir(exist_ok=True)
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "comptoir", "worker"],
            env=env or environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process of ours with -9, with all it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(5)


def command(folder: Path, *words: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Run a command of the product; gives its exit status and what it printed."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "comptoir", *words],
        env=env or environment(folder),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
