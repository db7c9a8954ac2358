"""The work behind the pages, in one process: any number of them may run, on any number of hosts.

Threads of its own: a few for the outbox (a mail server that hangs holds up one), one for deadlines,
one for what arrives (listening to mailboxes and reading what was stored), and those that rooms
above this one bring. Recurring and one-off jobs run in procrastinate. Each loop claims its rows in
the database, so that two workers never do the same thing twice.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from types import FrameType

from django.db import close_old_connections

from comptoir.inbox import arrivals, deadlines, outbox, outreach, presence, snoozes
from comptoir.inbox.assigning import giving
from comptoir.inbox.listening import Listening
from comptoir.inbox.search import indexing
from comptoir.storage.clock import now
from comptoir.storage.collecting import collect_rarely
from comptoir.tickets import rollouts

log = logging.getLogger(__name__)

OUTBOX_SECONDS = 1.0
OUTBOX_THREADS = 3
OUTREACH_SECONDS = 2.0
DEADLINE_SECONDS = 1.0
ROLLOUT_SECONDS = 1.0
PAUSE_AFTER_ERROR_SECONDS = 3.0

Loop = tuple[str, float, Callable[[], object]]
"""A name, the pause in seconds while there is nothing to do, and one step; true means: go on."""


def work(more: Sequence[Loop] = ()) -> None:
    """Work until a signal says to stop. `more` are the loops of rooms above."""
    stop = threading.Event()
    collect_rarely()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    loops: list[Loop] = [
        *(
            (f"outbox-{number}", OUTBOX_SECONDS, lambda: outbox.deliver_due(clock=now))
            for number in range(OUTBOX_THREADS)
        ),
        (
            "pending",
            outbox.CONFIRM_SECONDS,
            lambda: outbox.ask_for_pending(clock=now),
        ),
        ("outreach", OUTREACH_SECONDS, lambda: outreach.deliver_due(clock=now)),
        ("deadlines", DEADLINE_SECONDS, lambda: deadlines.fire_due(now=now())),
        ("rollouts", ROLLOUT_SECONDS, lambda: rollouts.step(now=now())),
        ("arrivals", arrivals.PAUSE_SECONDS, lambda: arrivals.read_waiting(clock=now)),
        ("snoozes", snoozes.PAUSE_SECONDS, lambda: snoozes.wake_due(now=now())),
        ("assigning", giving.PAUSE_SECONDS, lambda: giving.step(now=now())),
        ("presence", presence.PRUNE_SECONDS, lambda: presence.prune(now=now())),
        ("search", indexing.PAUSE_SECONDS, indexing.look),
        *more,
    ]
    threads = [
        threading.Thread(target=_loop, args=(name, pause, step, stop), name=name, daemon=True)
        for name, pause, step in loops
    ]
    listening = Listening(stop)
    threads.append(threading.Thread(target=listening.run, name="listening", daemon=True))
    threads.append(threading.Thread(target=_jobs, args=(stop,), name="jobs", daemon=True))
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join(timeout=4)
    os._exit(0)  # a connector may still hang in a socket; everything is committed


def _loop(name: str, pause: float, step: Callable[[], object], stop: threading.Event) -> None:
    """Do one step again and again; an error is logged and never ends the loop."""
    while not stop.is_set():
        try:
            busy = step()
            close_old_connections()
        except Exception:
            log.exception("%s: one step failed", name)
            close_old_connections()  # one that broke would be used for ever
            stop.wait(PAUSE_AFTER_ERROR_SECONDS)
            continue
        if not busy:
            stop.wait(pause)


def _jobs(stop: threading.Event) -> None:
    """Run procrastinate's worker on an event loop of this thread's own."""
    import asyncio

    from procrastinate.contrib.django import app

    async def run() -> None:
        worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]  # DjangoConnector
        async with worker_app.open_async():
            task = asyncio.create_task(
                worker_app.run_worker_async(install_signal_handlers=False, concurrency=2)
            )
            while not stop.is_set() and not task.done():
                await asyncio.sleep(0.5)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    while not stop.is_set():
        try:
            asyncio.run(run())
        except Exception:
            log.exception("jobs: the runner failed and is started again")
            stop.wait(PAUSE_AFTER_ERROR_SECONDS)
