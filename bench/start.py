"""Start to the first page, and the memory of the whole stack at rest.

./dev bench start
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from bench.running import children, memory_mb, running

PORT = 8951
REST_SECONDS = 20


def main() -> None:
    """Measure and print."""
    folder = Path(tempfile.mkdtemp(prefix="comptoir-bench-"))
    try:
        for name in ("first start, empty folder", "second start"):
            began = time.perf_counter()
            with running(folder, PORT) as process:
                print(f"{name:<28} {time.perf_counter() - began:5.1f} s to the first page")
                if name == "second start":
                    time.sleep(REST_SECONDS)
                    report(process.pid, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def report(pid: int, folder: Path) -> None:
    """Print the proportional memory of each process of the stack, database included."""
    postmaster = next(folder.glob("pg/**/postmaster.pid"), None)
    pids = children(pid)
    if postmaster is not None:
        pids += [p for p in children(int(postmaster.read_text().split()[0])) if p not in pids]
    total = 0.0
    for number in pids:
        used = memory_mb(number)
        total += used
        try:
            words = Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        print(f"  {used:6.1f} MB  {words.strip()[-78:]}")
    print(f"  {total:6.1f} MB  in all")


if __name__ == "__main__":
    main()
