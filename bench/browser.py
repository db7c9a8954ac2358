"""What an agent's browser feels, in Chromium, on a desk of 100,000 tickets.

    ./dev bench browser [TICKETS] [EVENTS]          default 100000 4800

From the address to a list that answers keys, 30 times; from a key press to the next ticket painted,
100 times; then eight hours of other people's work (4,800 changes: ten a minute) in fast motion on
an open list and an open ticket, with memory and DOM before and after.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from datetime import UTC, datetime
from typing import Any

from bench.desk import desk, mailbox
from bench.fill import fill
from bench.live import ARGUMENTS, write
from bench.running import running, session_of

PORT = 8981
BASE = f"http://127.0.0.1:{PORT}"
LOADS = 30
PRESSES = 100
BATCH = 40
WHO = "camille@maison-perrin.example"
LOST_MS = 10_000

PRESS = """
([key, lost_ms]) => new Promise((done, lost) => {
    const shown = () => document.querySelector("[data-composer]")?.dataset.ticket;
    const before = shown();
    const began = performance.now();
    const look = () => {
        const now = shown(), ms = performance.now() - began;
        if (now && now !== before) return requestAnimationFrame(() => done(performance.now() - began));
        if (ms > lost_ms) return lost(new Error("no other ticket was shown"));
        requestAnimationFrame(look);
    };
    document.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
    look();
})
"""


def main() -> None:
    """Measure and print."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread
    numbers = [int(given) for given in sys.argv[1:] if given.isdigit()]
    size, events = (*numbers, *(100_000, 4_800)[len(numbers) :])[:2]
    with desk() as folder:
        from playwright.sync_api import sync_playwright

        from comptoir.merchant.models import Person, Role

        row = mailbox()
        for name in ("Camille Perrin", "Lukas Brandt"):
            Person.objects.create_user(
                f"{name.split()[0].lower()}@maison-perrin.example", "x" * 12, name=name,
                role=Role.ADMIN, joined_at=datetime.now(UTC),
            )  # fmt: skip
        fill(size, messages=5)
        with running(folder, PORT), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=ARGUMENTS
            )
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            name, _, value = session_of(WHO).partition("=")
            context.add_cookies([{"name": name, "value": value, "url": BASE}])
            said("list usable (after the first load)", loads(context))
            said("key press to the next ticket", presses(context))
            day(context, row, events)
            browser.close()


def said(name: str, times: list[float]) -> None:
    """Print a line of times in milliseconds."""
    p95 = statistics.quantiles(times, n=20)[18]
    print(
        f"{name}: median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms, of {len(times)}",
        flush=True,
    )


def loads(context: Any) -> list[float]:
    """Time from asking for the list to a row under the cursor: pages, scripts and all."""
    page = context.new_page()
    found = []
    for number in range(LOADS + 1):
        began = time.perf_counter()
        page.goto(f"{BASE}/", wait_until="commit")
        page.wait_for_selector("li.row")
        while not page.query_selector("li.row.is-current"):
            page.keyboard.press("j")
        if number:
            found.append((time.perf_counter() - began) * 1000)
    page.close()
    return found


def presses(context: Any) -> list[float]:
    """Time from the key to the first frame that shows the next ticket."""
    page = context.new_page()
    page.goto(f"{BASE}/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-composer]")
    page.wait_for_timeout(1000)
    found = []
    for number in range(PRESSES):
        key = "k" if number // 20 % 2 else "j"
        found.append(float(page.evaluate(PRESS, [key, LOST_MS])))
        page.wait_for_timeout(300)  # what a fast reader takes to see that it is not this one
    page.close()
    return found


def day(context: Any, row: Any, events: int) -> None:
    """Play a day of other people's work on a list and a ticket that stay open."""
    listed, opened = context.new_page(), context.new_page()
    listed.goto(f"{BASE}/")
    opened.goto(f"{BASE}/")
    opened.keyboard.press("j")
    opened.keyboard.press("Enter")
    opened.wait_for_selector("[data-composer]")
    pages = {"list": listed, "ticket": opened}
    for page in pages.values():
        page.wait_for_timeout(500)
    ticket = int(opened.url.rstrip("/").rpartition("/")[2].partition("?")[0])
    play(row, min(400, events // 4), ticket, listed)
    before = {name: measured(page) for name, page in pages.items()}
    began = time.perf_counter()
    play(row, events, ticket, listed)
    print(f"{events:,} changes in {time.perf_counter() - began:.0f} s")
    for name, page in pages.items():
        was, now = before[name], measured(page)
        print(
            f"  {name}: heap {was['heap']:.1f} MB, then {now['heap']:.1f} MB; "
            f"DOM nodes {was['nodes']:,.0f}, then {now['nodes']:,.0f}; "
            f"listeners {was['listeners']:,.0f}, then {now['listeners']:,.0f}",
            flush=True,
        )


def play(row: Any, events: int, ticket: int, page: Any) -> None:
    """Do what colleagues and buyers do, a batch at a time, and let the browser keep up."""
    from comptoir.merchant.models import Person
    from comptoir.tickets.actions import assign, note, tag
    from comptoir.tickets.models import Ticket

    lukas = Person.objects.get(email="lukas@maison-perrin.example")
    dice = random.Random(events)
    seen = list(
        Ticket.objects.filter(queue_tier__isnull=False)
        .order_by("queue_tier", "queue_at", "id")
        .values_list("id", flat=True)[:200]
    )
    for number in range(events):
        now = datetime.now(UTC)
        one = dice.choice(seen)
        if number % 100 == 50:
            note.add(ticket, f"Called the carrier, {number}.", by=lukas, now=now)
        elif number % 20 == 10:
            write(row, events * 10 + number)
        elif number % 3 == 0:
            assign.assign(one, to=dice.choice([None, lukas.pk]), by=lukas, now=now)
        elif number % 3 == 1:
            tag.add(one, f"tag{dice.randrange(3)}", by=lukas, now=now)
        else:
            tag.remove(one, f"tag{dice.randrange(3)}", by=lukas, now=now)
        if number % BATCH == 0:
            page.wait_for_timeout(400)
    page.wait_for_timeout(3000)


def measured(page: Any) -> dict[str, float]:
    """Give memory after a collection, DOM nodes and listeners, as Chromium counts them."""
    session = page.context.new_cdp_session(page)
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    told = {row["name"]: row["value"] for row in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return {
        "heap": told["JSHeapUsedSize"] / 1e6,
        "nodes": told["Nodes"],
        "listeners": told["JSEventListeners"],
    }


if __name__ == "__main__":
    main()
