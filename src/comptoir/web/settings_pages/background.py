"""Work that takes longer than a request may, on a thread of the process that was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection


def in_background(work: Callable[[], object], *, name: str) -> threading.Thread:
    """Start work; the thread gives its database connection back when it is done."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread
