"""Intake through the whole product, beside a bare loop and plain inserts, in one run.

    ./dev bench intake

bare loop: parse, find the thread, insert the message, commit. inserts: one row, one commit.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time
from datetime import timedelta
from typing import Any

from bench.desk import START, desk, mailbox
from bench.letters import letters

COUNT = 1500


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else COUNT
    with desk():
        from comptoir.storage.collecting import collect_rarely

        row = mailbox()
        warm, measured = letters(100, START, seed=1), letters(count, START, seed=2)
        product(row, warm)
        bare(letters(100, START, seed=3))
        figures = {
            "inserts": inserts(count),
            "bare loop": bare(letters(count, START, seed=4)),
        }
        collect_rarely()  # as the worker does when it starts
        figures["product"] = product(row, measured)
        for name, rate in figures.items():
            print(f"{name:<10} {rate:8.0f} mails/s")
        print(f"product / bare loop {figures['product'] / figures['bare loop']:.2f}")
        print(f"product / inserts   {figures['product'] / figures['inserts']:.3f}")
        print(where_it_goes(row, letters(count // 2, START, seed=6)))
        if "--profile" in sys.argv:
            profiler = cProfile.Profile()
            profiler.enable()
            product(row, letters(count // 2, START, seed=5))
            profiler.disable()
            pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)


def product(row: Any, mails: list[bytes]) -> float:
    """Store the mails in pages, then read them: each message committed on its own."""
    from comptoir.channels.kernel.protocol import Page, RawItem
    from comptoir.inbox import arrivals, pulling
    from comptoir.tickets.models import Message

    before = Message.objects.count()
    began = time.perf_counter()
    for start in range(0, len(mails), 50):
        chunk = mails[start : start + 50]
        items = tuple(
            RawItem(f"INBOX/{id(mails)}/{start + i}", raw, received_at=START + timedelta(days=1))
            for i, raw in enumerate(chunk)
        )
        pulling.store(row, Page(items, {"at": start}), now=START + timedelta(days=1))
    arrivals.read_waiting(clock=lambda: START + timedelta(days=1))
    rate = len(mails) / (time.perf_counter() - began)
    assert Message.objects.count() - before == len(mails)
    return rate


def where_it_goes(row: Any, mails: list[bytes]) -> str:
    """Time the parts of reading one mail: understanding it, its statements, its commit."""
    from django.db import connection

    from comptoir.inbox import intake

    spent = {"understanding": 0.0, "statements": 0.0, "commit": 0.0}

    def timed(name: str, call: Any) -> Any:
        def run(*args: Any, **values: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*args, **values)
            finally:
                spent[name] += time.perf_counter() - began

        return run

    understand, receive, commit = intake.understand, intake.receive, connection.commit
    intake.understand = timed("understanding", understand)
    intake.receive = timed("statements", receive)
    connection.commit = timed("commit", commit)
    try:
        rate = product(row, mails)
    finally:
        intake.understand, intake.receive, connection.commit = understand, receive, commit
    parts = {name: 1000 * seconds / len(mails) for name, seconds in spent.items()}
    parts["the rest"] = 1000 / rate - sum(parts.values())
    size = sum(map(len, mails)) / len(mails)
    told = ", ".join(f"{name} {ms:.2f} ms" for name, ms in parts.items())
    return f"a mail of {size:.0f} bytes: {told}"


def bare(mails: list[bytes]) -> float:
    """Parse, find the thread by alias or order, insert, commit: nothing else."""
    import email
    import email.policy

    import psycopg
    from django.conf import settings

    with psycopg.connect(_conninfo(settings)) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, thread bigint, "
            "message_id text UNIQUE, sender text, subject text, body text)"
        )
        connection.execute("CREATE INDEX IF NOT EXISTS bare_sender ON bare (sender)")
        connection.commit()
        began = time.perf_counter()
        for raw in mails:
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            sender = str(mail["From"])
            found = connection.execute(
                "SELECT thread FROM bare WHERE sender = %s ORDER BY id LIMIT 1", [sender]
            ).fetchone()
            connection.execute(
                "INSERT INTO bare (thread, message_id, sender, subject, body) "
                "VALUES (%s, %s, %s, %s, %s)",
                [
                    found[0] if found else None,
                    str(mail["Message-ID"]) + str(id(mails)),
                    sender,
                    str(mail["Subject"]),
                    mail.get_content(),
                ],
            )
            connection.commit()
        return len(mails) / (time.perf_counter() - began)


def inserts(count: int) -> float:
    """Insert one short row and commit, again and again."""
    import psycopg
    from django.conf import settings

    with psycopg.connect(_conninfo(settings)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS plain (id bigserial, note text)")
        connection.commit()
        began = time.perf_counter()
        for number in range(count):
            connection.execute("INSERT INTO plain (note) VALUES (%s)", [f"row {number}"])
            connection.commit()
        return count / (time.perf_counter() - began)


def _conninfo(settings: Any) -> str:
    database = settings.DATABASES["default"]
    return (
        f"host={database['HOST']} port={database['PORT'] or 5432} "
        f"user={database['USER']} dbname={database['NAME']}"
    )


if __name__ == "__main__":
    main()
