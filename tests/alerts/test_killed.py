"""Workers that die in the middle: nothing is lost, nothing is recorded or told twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from tests.alerts.conftest import FRIDAY, HOUR, Desk, record
from tests.journeys.mail_desk import environment, kill, until, utc_now, worker

from comptoir.alerts.models import Alert, Delivery
from comptoir.tickets.models import Clock

pytestmark = pytest.mark.django_db(transaction=True)

DIES_BEFORE_COMMIT = """
import os, sys, time
from datetime import datetime, timedelta
os.environ["DJANGO_SETTINGS_MODULE"] = "comptoir.settings"
import django
django.setup()
from django.db import transaction
from comptoir.alerts import due
with transaction.atomic():
    count = due.record_due(
        now=datetime.fromisoformat(sys.argv[1]), escalate_after=timedelta(minutes=15)
    )
    print(count, flush=True)
    time.sleep(60)
"""


def test_what_a_killed_worker_had_claimed_is_recorded_by_the_next(
    desk: Desk, tmp_path: Path
) -> None:
    for number in range(10):
        desk.writes(at=FRIDAY, thread=f"t{number}")
    now = FRIDAY + 12 * HOUR
    process = subprocess.Popen(
        [sys.executable, "-c", DIES_BEFORE_COMMIT, now.isoformat()],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "10\n"
    assert record(now) == 0, "the dying worker holds them"
    assert Alert.objects.count() == 0
    process.send_signal(signal.SIGKILL)
    process.wait(5)

    until(lambda: record(now) == 10, 5)
    assert Alert.objects.filter(threshold="limit:50").count() == 10
    assert Clock.objects.filter(warned__contains=["limit:50"]).count() == 10


def test_real_workers_killed_again_and_again_tell_each_alert_once(
    desk: Desk, tmp_path: Path
) -> None:
    start = utc_now() - timedelta(hours=23)
    count = 60
    for number in range(count):
        desk.writes(at=start, now=start + timedelta(seconds=5), thread=f"t{number}")
    expected = {
        f"clock:{clock.ticket_id}:{clock.kind}:{clock.number}:{key}"
        for clock in Clock.objects.all()
        for key, at in clock.warnings
        if at <= utc_now().isoformat()
    }
    for turn in range(3):
        with worker(tmp_path / str(turn)) as process:
            time.sleep(0.4 + 0.5 * turn)
            kill(process)
    with worker(tmp_path / "one"), worker(tmp_path / "two"):
        until(lambda: Alert.objects.filter(kind="clock").count() >= len(expected), 20)
        until(lambda: not Alert.objects.filter(is_planned=False).exists(), 10)
        time.sleep(1)

    found = list(Alert.objects.filter(kind="clock").values_list("key", flat=True))
    assert set(found) >= expected
    assert len(found) == len(set(found))
    told = Delivery.alerts.through.objects.filter(
        delivery__person=desk.ines, delivery__transport="app", alert__kind="clock"
    )
    standing = Alert.objects.filter(kind="clock", over_at=None)
    assert told.exclude(delivery__state="dropped").filter(alert__in=standing).count() == count
