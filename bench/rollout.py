"""A calendar is changed while a million clocks run: all of them computed anew and stored.

    ./dev bench rollout [COUNT] [PROCESSES]         default 1000000 2

Goal: within two minutes. Afterwards a thousand tickets are computed once more, one by one, and
compared with what is stored.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from datetime import UTC, datetime

from bench.desk import desk, mailbox
from bench.open_tickets import fill_open, settle

COMPARED = 1000
HOURS = {day: [["08:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}


def main() -> None:
    """Measure and print."""
    numbers = [int(given) for given in sys.argv[1:] if given.isdigit()]
    count, processes = (*numbers, *(1_000_000, 2)[len(numbers) :])[:2]
    with desk():
        from django.db import connections

        mailbox()
        now = datetime.now(UTC)
        started = time.perf_counter()
        fill_open(count, now=now, spread_seconds=43_200)
        print(f"{count:,} open tickets filled in {time.perf_counter() - started:.0f} s")
        first = _roll_out("first computation", processes)
        settle()
        from comptoir.merchant.models import Calendar
        from comptoir.tickets.actions.policies import follow_calendar

        moment = datetime.now(UTC)
        changed = Calendar.objects.create(
            name="office",
            version=2,
            spec={"timezone": "Europe/Paris", "hours": HOURS},
            valid_from=moment,
        )
        follow_calendar(changed, by=None, now=moment)
        connections.close_all()
        second = _roll_out("after the calendar changed", processes)
        _compare()
        print(f"{count / first:,.0f} and {count / second:,.0f} tickets a second")


def _roll_out(name: str, processes: int) -> float:
    """Carry the change to all tickets in that many processes; give the seconds it took."""
    from django.db import connections

    from comptoir.tickets import rollouts
    from comptoir.tickets.models import Rollout

    if not Rollout.objects.filter(finished_at__isnull=True).exists():
        moment = datetime.now(UTC)
        rollouts.begin("bench", holds_from=moment, by=None, now=moment)
    connections.close_all()
    started = time.perf_counter()
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_work) for _ in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    taken = time.perf_counter() - started
    rollout = Rollout.objects.latest("id")
    done, changed, total = rollouts.progress(rollout)
    print(
        f"{name}: {done:,} of {total:,} tickets in {taken:.1f} s with {processes} processes,"
        f" {changed:,} with another promise",
        flush=True,
    )
    return taken


def _work() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.settings")
    import django

    django.setup()
    from comptoir.tickets import rollouts
    from comptoir.tickets.models import Rollout

    while Rollout.objects.filter(finished_at__isnull=True).exists():
        if not rollouts.step(now=datetime.now(UTC)):
            time.sleep(0.05)


def _compare() -> None:
    from comptoir.tickets.models import Ticket
    from comptoir.tickets.verifying import differences

    ids = list(Ticket.objects.order_by("?").values_list("id", flat=True)[:COMPARED])
    found = list(differences(now=datetime.now(UTC), ticket_ids=ids))
    print(f"{len(ids)} tickets compared with the function: {len(found)} differences")


if __name__ == "__main__":
    main()
