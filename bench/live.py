"""From the commit of a new message to its appearance in an open browser, 200 times.

./dev bench live
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.desk import desk, mailbox
from bench.running import running, session_of

PORT = 8961
COUNT = 200
WAIT_SECONDS = 5.0
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH = """
() => {
    window.seen = {};
    new MutationObserver(() => {
        for (const found of document.body.innerText.matchAll(/MARK-(\\d+)-/g))
            window.seen[found[1]] ??= Date.now();
    }).observe(document.body, {childList: true, subtree: true, characterData: true});
}
"""


def main() -> None:
    """Measure and print."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread
    count = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else COUNT
    with desk() as folder:
        from playwright.sync_api import sync_playwright

        from comptoir.merchant.models import Person, Role

        row = mailbox()
        Person.objects.create_user(
            "camille@maison-perrin.example", "x" * 12, name="Camille Perrin", role=Role.ADMIN,
            joined_at=datetime.now(UTC),
        )  # fmt: skip
        with running(folder, PORT), sync_playwright() as playwright:
            cookie = session_of("camille@maison-perrin.example").partition("=")
            write(row, 0)
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=ARGUMENTS
            )
            context = browser.new_context()
            context.add_cookies(
                [{"name": cookie[0], "value": cookie[2], "url": f"http://127.0.0.1:{PORT}"}]
            )
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{PORT}/")
            page.click("li.row a")
            page.wait_for_timeout(1500)
            page.evaluate(WATCH)
            delays = [appearance(page, row, number) for number in range(1, count + 1)]
            browser.close()
    print(
        f"{count} messages: median {statistics.median(delays):.0f} ms, "
        f"p95 {statistics.quantiles(delays, n=20)[18]:.0f} ms, worst {max(delays):.0f} ms"
    )


def appearance(page: Any, row: Any, number: int) -> float:
    """Let a buyer write on the open ticket, and give the milliseconds until it is shown."""
    committed = write(row, number) * 1000
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        seen = page.evaluate("n => window.seen[n]", str(number))
        if seen is not None:
            page.wait_for_timeout(30)
            return max(0.0, float(seen) - committed)
        page.wait_for_timeout(5)
    raise TimeoutError(f"message {number} was not shown within {WAIT_SECONDS} s")


def write(row: Any, number: int) -> float:
    """Take one mail in, and give the moment right after its commit."""
    from tests.inbox import letters

    from comptoir.channels.kernel.protocol import Page, RawItem
    from comptoir.inbox import arrivals, pulling

    now = datetime.now(UTC) - timedelta(seconds=1)
    raw = letters.amazon(f"MARK-{number}- Guten Tag", at=now, message_id=f"live{number}@a.example")
    pulling.store(row, Page((RawItem(f"INBOX/1/{number}", raw, received_at=now),), {}), now=now)
    while not arrivals.read_waiting(clock=lambda: datetime.now(UTC)):
        if _is_read(number):
            break
    return time.time()


def _is_read(number: int) -> bool:
    """Tell whether the worker was faster and read it."""
    from comptoir.storage.models import RawItem

    return RawItem.objects.filter(external_id=f"INBOX/1/{number}", state="done").exists()


if __name__ == "__main__":
    main()
