"""Fifty channels connected at once, each with its own rate; and one that is fast, beside inserts.

    ./dev bench channels [CHANNELS] [MESSAGES]         default 50 200

All are the template's API (`bench/vendor.py`, in a process of its own), read by one worker as in
production. One of them takes two seconds for every answer. Counted by the vendor: calls that came
sooner than the account's rate allows, and when each account had been read to its end. Then one
account without a rate is read through to committed tickets, beside plain one-row inserts.
"""

from __future__ import annotations

import json
import multiprocessing
import statistics
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.desk import desk, mailbox
from bench.intake import inserts
from bench.running import memory_mb
from bench.vendor import BEGAN, serve

LIMITED, FREE = 8981, 8982
RATE, BURST = 2.0, 2.0
FAST_COUNT = 3000
GIVEN_UP_SECONDS = 300.0


def main() -> None:
    """Measure and print."""
    numbers = [int(given) for given in sys.argv[1:] if given.isdigit()]
    channels, messages = (*numbers, *(50, 200)[len(numbers) :])[:2]
    context = multiprocessing.get_context("spawn")
    vendors = [
        context.Process(target=serve, args=(LIMITED, messages, RATE, BURST, "k0"), daemon=True),
        context.Process(target=serve, args=(FREE, FAST_COUNT, 0.0, 1.0, ""), daemon=True),
    ]
    for vendor in vendors:
        vendor.start()
    try:
        with desk():
            mailbox()
            _pause_all()
            _fast()
            _many(channels, messages)
    finally:
        for vendor in vendors:
            vendor.terminate()


def _account(name: str, port: int, rate: str) -> Any:
    from comptoir.inbox import connecting

    start = BEGAN - timedelta(days=1)
    return connecting.connect(
        "template", name, {"base_url": f"http://127.0.0.1:{port}", "rate_*": rate}, {"key": name},
        [connecting.NewChannel("generic_email", name, start, "DE", locale="de")],
        by=None, now=start,
    )  # fmt: skip


def _pause_all() -> None:
    from comptoir.merchant.models import Connection

    Connection.objects.update(state=Connection.State.PAUSED)


def _fast() -> None:
    """Read one account that has no rate, in this process, beside plain inserts."""
    from comptoir.inbox import arrivals
    from comptoir.inbox.pulling import pull_by_id
    from comptoir.storage.collecting import collect_rarely
    from comptoir.tickets.models import Message

    plain = inserts(FAST_COUNT // 2)
    collect_rarely()
    row = _account("fast", FREE, "1000000/1s burst 1000000")
    before = Message.objects.count()
    began = time.perf_counter()
    pull_by_id(row.pk, clock=lambda: datetime.now(UTC))
    pulled = time.perf_counter() - began
    arrivals.read_waiting(clock=lambda: datetime.now(UTC))
    taken = time.perf_counter() - began
    assert Message.objects.count() - before == FAST_COUNT
    rate = FAST_COUNT / taken
    print(f"plain inserts            {plain:7.0f} a second")
    print(f"a fast API, to tickets   {rate:7.0f} messages a second ({rate / plain:.3f})")
    print(f"  of which pulled and stored raw {FAST_COUNT / pulled:.0f} a second")
    _pause_all()


def _many(channels: int, messages: int) -> None:
    """Let one worker read all accounts, and ask the vendor what it saw."""
    from django.db import connections

    from comptoir.tickets.models import Message

    for number in range(channels):
        _account(f"k{number}", LIMITED, f"{RATE:g}/1s burst {BURST:g}")
    wanted = Message.objects.count() + channels * messages
    connections.close_all()
    began = time.time()
    worker = subprocess.Popen([sys.executable, "-m", "comptoir", "worker"])
    memory = [0.0]
    try:
        while Message.objects.count() < wanted and time.time() - began < GIVEN_UP_SECONDS:
            memory.append(memory_mb(worker.pid))
            time.sleep(1)
        taken = time.time() - began
    finally:
        worker.terminate()
        worker.wait(20)
    report = json.load(urllib.request.urlopen(f"http://127.0.0.1:{LIMITED}/report", timeout=10))
    done = {name: at - began for name, at in report["done_at"].items()}
    others = sorted(at for name, at in done.items() if name != "k0")
    missing = wanted - Message.objects.count()
    print(f"{channels} channels, {messages} messages each: {taken:.1f} s, {missing} missing")
    print(f"  calls {report['calls']}, sooner than a rate allows: {report['too_often']}")
    print(
        f"  read to the end: median {statistics.median(others):.1f} s, last of the others"
        f" {others[-1]:.1f} s, the slow one {done.get('k0', float('nan')):.1f} s"
    )
    print(f"  worker's memory at most {max(memory):.0f} MB")


if __name__ == "__main__":
    main()
