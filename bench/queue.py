"""The queue page of 50 by deadline, at three sizes, with two web processes.

    ./dev bench queue [SIZES…]          default 1000 100000 1000000

pages a second with eight clients; p50, p99 of one client. The queries and the rows they read are
the same at each size.
"""

from __future__ import annotations

import http.client
import re
import shutil
import statistics
import subprocess
import sys
import time

from bench.desk import desk, mailbox
from bench.fill import fill
from bench.running import running, session_of

PORT = 8941
CLIENTS = 8
SECONDS = 8.0
SINGLE_COUNT = 400


def main() -> None:
    """Measure and print."""
    sizes = [int(size) for size in sys.argv[1:] if size.isdigit()] or [1_000, 100_000, 1_000_000]
    p99s = {}
    with desk() as folder:
        from comptoir.merchant.models import Person, Role
        from comptoir.storage.clock import now

        mailbox()
        Person.objects.create_user(
            "camille@maison-perrin.example", "x" * 12, name="Camille Perrin", role=Role.ADMIN,
            joined_at=now(),
        )  # fmt: skip
        with running(folder, PORT):
            cookie = session_of("camille@maison-perrin.example")
            filled = 0
            for size in sizes:
                fill(size - filled)
                filled = size
                single(cookie, 60)
                rate = many(cookie)
                times = single(cookie, SINGLE_COUNT)
                p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
                p99s[size] = p99
                print(
                    f"{size:>9,} tickets: {rate:6.0f} pages/s, one client p50 {p50 * 1000:5.1f} ms, "
                    f"p99 {p99 * 1000:5.1f} ms",
                    flush=True,
                )
    first, last = sizes[0], sizes[-1]
    if first != last:
        print(f"p99 at {last:,} / p99 at {first:,}: {p99s[last] / p99s[first]:.2f}")


def get(client: http.client.HTTPConnection, cookie: str) -> int:
    """Fetch the queue page and give its length."""
    client.request("GET", "/", headers={"Cookie": cookie, "Accept-Encoding": "identity"})
    answer = client.getresponse()
    body = answer.read()
    if answer.status != 200 or body.count(b"Buyer ") < 10:
        raise RuntimeError(f"not a queue page: {answer.status}, {body[:200]!r}")
    return len(body)


def single(cookie: str, count: int) -> list[float]:
    """Time one client."""
    client = http.client.HTTPConnection("127.0.0.1", PORT)
    times = []
    for _ in range(count):
        began = time.perf_counter()
        get(client, cookie)
        times.append(time.perf_counter() - began)
    return times


def many(cookie: str) -> float:
    """Count the pages that several clients get in a second, with wrk (Debian package wrk)."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("This measurement needs wrk: apt-get install wrk")
    told = subprocess.run(
        [wrk, "-t1", f"-c{CLIENTS}", f"-d{SECONDS:.0f}s", "-H", f"Cookie: {cookie}",
         f"http://127.0.0.1:{PORT}/"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    if "Non-2xx" in told:
        raise RuntimeError(told)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])  # type: ignore[index]


if __name__ == "__main__":
    main()
