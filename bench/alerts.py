"""From falling due to being recorded: a million running clocks, 20,000 of them due in one minute.

./dev bench alerts                        a million clocks, 20,000 due; takes about ten minutes
./dev bench alerts --clocks 50000 --due 2000 --seconds 20

The clocks are rows as tickets have them, each on a ticket of its own, and their moments are spread
evenly over the time measured. Workers are real (`comptoir worker`), in processes of their own. In
the last run one of two is killed with -9 in the middle and not replaced. Every run prints the lag,
and counts what is missing and what was recorded twice.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from bench.desk import desk, mailbox
from bench.fill import fill

LEAD_SECONDS = 15
"""Workers are started this long before the first clock falls due."""
SETTLE_SECONDS = 20
LOOK_SECONDS = 0.05

RESET_SQL = """
TRUNCATE alerts_delivery_alerts, alerts_delivery, alerts_alert CASCADE;
TRUNCATE tickets_clock
"""
# Those that fall due first have a warning inside the measured time, all others in some days.
CLOCKS_SQL = """
INSERT INTO tickets_clock (ticket_id, channel_id, policy_version_id, kind, number, state,
    started_at, target_at, limit_at, target_missed, next_at, warnings, warned, warn_at)
SELECT id, channel_id, policy_version_id, 'first_reply', 1, 'running',
    warn_at - interval '18 hours', warn_at + interval '1 hour', warn_at + interval '6 hours', false,
    warn_at + interval '1 hour',
    jsonb_build_array(
        jsonb_build_array('limit:50', to_json(warn_at - interval '6 hours')),
        jsonb_build_array('limit:75', to_json(warn_at)),
        jsonb_build_array('target_missed', to_json(warn_at + interval '1 hour')),
        jsonb_build_array('limit:90', to_json(warn_at + interval '3 hours')),
        jsonb_build_array('limit_missed', to_json(warn_at + interval '6 hours'))),
    '["limit:50"]', warn_at
FROM (
    SELECT id, channel_id, policy_version_id, CASE
        WHEN row_number() OVER (ORDER BY id) <= %(due)s
        THEN %(start)s::timestamptz
            + row_number() OVER (ORDER BY id) * %(step)s * interval '1 second'
        ELSE %(start)s::timestamptz + interval '1 day' + id %% 500000 * interval '1 second'
        END AS warn_at
    FROM tickets_ticket ORDER BY id LIMIT %(clocks)s
) AS tickets
"""
COUNT_SQL = """
SELECT count(*), count(DISTINCT key), count(DISTINCT ticket_id)
FROM alerts_alert WHERE kind = 'clock' AND threshold = 'limit:75'
"""
TOLD_SQL = """
SELECT count(*), count(DISTINCT l.alert_id) FROM alerts_delivery_alerts l
JOIN alerts_delivery d ON d.id = l.delivery_id JOIN alerts_alert a ON a.id = l.alert_id
WHERE a.threshold = 'limit:75' AND d.transport = 'app' AND NOT (d.state = 'dropped' AND d.reason = 'folded')
"""


def main() -> None:
    """Measure and print."""
    options = _options()
    with desk():
        _people()
        mailbox()
        _pause_mailbox()
        fill(options.clocks)
        for title, workers, kills in (
            ("one worker", 1, False),
            ("two workers", 2, False),
            ("two workers, one killed with -9 in the middle", 2, True),
        ):
            _measure(title, options, workers=workers, kills=kills)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--clocks", type=int, default=1_000_000, help="running clocks")
    parser.add_argument("--due", type=int, default=20_000, help="how many fall due")
    parser.add_argument("--seconds", type=float, default=60.0, help="within how many seconds")
    return parser.parse_args()


def _people() -> None:
    """Make an administrator, so that somebody is told."""
    from comptoir.merchant.models import Person, Role

    Person.objects.create_user(
        "camille@maison-perrin.example", "x" * 12, name="Camille Perrin", role=Role.ADMIN,
        joined_at=datetime.now(UTC),
    )  # fmt: skip


def _pause_mailbox() -> None:
    """Keep the workers from looking for a mail server that is not there."""
    from comptoir.merchant.models import Connection

    Connection.objects.update(state=Connection.State.PAUSED)


def _measure(title: str, options: argparse.Namespace, *, workers: int, kills: bool) -> None:
    start = _arrange(options)
    wait = (start - datetime.now(UTC)).total_seconds() - LEAD_SECONDS
    time.sleep(max(0.0, wait))
    with _running(workers) as processes:
        lags = _watch(options, start, kill=processes[0] if kills else None)
        _wait_for_plans(options.due)
    _print(title, options, lags)


def _arrange(options: argparse.Namespace, lead_seconds: float = LEAD_SECONDS * 1.5) -> datetime:
    """Write the clocks, and give the moment at which they begin to fall due."""
    from django.db import connection

    start = datetime.now(UTC) + timedelta(seconds=lead_seconds)
    with connection.cursor() as cursor:
        for statement in RESET_SQL.split(";"):
            cursor.execute(statement)
        cursor.execute(
            CLOCKS_SQL,
            {
                "clocks": options.clocks,
                "due": options.due,
                "start": start,
                "step": options.seconds / options.due,
            },
        )
        cursor.execute("VACUUM ANALYZE tickets_clock")
    took = lead_seconds - (start - datetime.now(UTC)).total_seconds()
    if took > lead_seconds - LEAD_SECONDS:  # once more, with the time that it takes
        return _arrange(options, took * 1.5 + LEAD_SECONDS * 1.5)
    return start


@contextmanager
def _running(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "comptoir", "worker"],
            env={**os.environ, "COMPTOIR_LOG_LEVEL": "ERROR"},
            start_new_session=True,
        )
        for _ in range(count)
    ]
    try:
        yield processes
    finally:
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            process.wait(15)


def _watch(
    options: argparse.Namespace, start: datetime, *, kill: subprocess.Popen[bytes] | None
) -> list[float]:
    """Look 20 times a second how many are recorded, as any other session sees them.

    Gives the seconds from falling due to being seen; they are recorded in the order in which they
    fall due. Kills a worker when half of them should be there.
    """
    from comptoir.alerts.models import Alert

    step = options.seconds / options.due
    lags: list[float] = []
    ends_at = start + timedelta(seconds=options.seconds + SETTLE_SECONDS)
    while len(lags) < options.due and datetime.now(UTC) < ends_at:
        time.sleep(LOOK_SECONDS)
        count = Alert.objects.filter(threshold="limit:75").count()
        passed = (datetime.now(UTC) - start).total_seconds()
        lags += [passed - (number + 1) * step for number in range(len(lags), count)]
        if kill is not None and passed > options.seconds / 2:
            os.killpg(kill.pid, signal.SIGKILL)
            kill = None
    return lags


def _wait_for_plans(due: int) -> None:
    from comptoir.alerts.models import Alert

    ends_at = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < ends_at:
        if Alert.objects.filter(threshold="limit:75", is_planned=True).count() >= due:
            return
        time.sleep(0.2)


def _print(title: str, options: argparse.Namespace, lags: list[float]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL)
        count, keys, tickets = cursor.fetchone()
        cursor.execute(TOLD_SQL)
        told, told_once = cursor.fetchone()
    parts = statistics.quantiles(lags, n=100) if len(lags) > 1 else [0.0] * 99
    print(
        f"{title}: {options.clocks:,} clocks, {options.due:,} due in {options.seconds:g} s: "
        f"p50 {parts[49]:.2f} s, p99 {parts[98]:.2f} s, worst {max(lags, default=0):.2f} s; "
        f"lost {options.due - tickets}, twice {count - keys}; "
        f"told {told_once:,}, twice {told - told_once}",
        flush=True,
    )


if __name__ == "__main__":
    main()
