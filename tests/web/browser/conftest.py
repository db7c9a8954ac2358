"""A running desk with its event stream, and browsers of its people."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection, connections
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright
from psycopg.conninfo import make_conninfo

from comptoir.merchant.models import Person
from tests.web.shop import Shop, open_shop

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Chromium in {CHROMIUM}"),
]
"""What a file of tests in a browser is marked with."""
PATIENCE_MS = 30_000
"""A slow machine fails no test; what comes at all is awaited no longer than it takes."""
Enter = Callable[..., Page]


@pytest.fixture(scope="module")
def events_port(django_db_setup: None) -> Iterator[int]:
    """The event stream, in a process of its own as in production; one for all tests of a file."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    stream = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "asginl", "--host", "127.0.0.1"),
            *("--port", str(port), "--workers", "1", "--log-level", "critical"),
            *("--workers-kill-timeout", "1"),  # an open stream would keep the server alive
            "comptoir.asgi:application",
        ],
        env={**os.environ, "COMPTOIR_CONNINFO": _conninfo(), "COMPTOIR_MASTER_KEY": _keys()},
    )
    _wait_for(port)
    yield port
    stream.terminate()
    stream.wait(10)


@pytest.fixture(scope="module")
def application(live_server: Any) -> Iterator[Any]:
    """What answers while the desk is open; other files of tests find it open."""
    server = live_server.thread.httpd
    found = server.get_app()
    yield found
    server.set_app(found)


@pytest.fixture
def desk(
    transactional_db: None, live_server: Any, application: Any, settings: Any, events_port: int
) -> Iterator[str]:
    """The address of a running desk; afterwards it lets nobody in, and what was begun has ended."""
    settings.URL = live_server.url
    settings.EVENTS_URL = f"http://127.0.0.1:{events_port}/events"
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    connect = {"connect-src": ["'self'", settings.EVENTS_URL]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | connect}
    server = live_server.thread.httpd
    server.set_app(application)
    yield str(live_server.url)
    server.set_app(_closed)
    _let_requests_end()
    connections.close_all()


@pytest.fixture
def shop(transactional_db: None, present: datetime) -> Shop:
    """The shop, open at this moment."""
    return open_shop(present)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's browser; one for all tests of a file, each of which has windows of its own."""
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        expect.set_options(timeout=None)
        browser.close()


@pytest.fixture
def enter(chromium: Browser, desk: str) -> Iterator[Enter]:
    """Open a page as somebody; complaints of the browser fail the test at its end."""
    complaints: list[str] = []

    def open_as(
        person: Person, path: str = "/", tolerates: str = "no error", **options: Any
    ) -> Page:
        client = Client()
        client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
        cookie = client.cookies[configured.SESSION_COOKIE_NAME].value
        context = chromium.new_context(
            base_url=desk,
            viewport=options.pop("viewport", {"width": 1440, "height": 900}),
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies(
            [{"name": configured.SESSION_COOKIE_NAME, "value": cookie, "url": desk}]
        )
        page = context.new_page()

        def complain(text: str) -> None:
            if tolerates not in text and not re.search("40[39]|422", text):
                complaints.append(text)

        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complain(said.text) if said.type == "error" else None)
        page.goto(path)
        return page

    yield open_as
    for context in chromium.contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def present() -> datetime:
    """The moment of the test."""
    return datetime.now(UTC)


def _closed(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """What a closed window says last may come late: it would meet tables that are being emptied."""
    start_response("503 Service Unavailable", [("Content-Length", "0")])
    return []


def _let_requests_end() -> None:
    """Wait for what was being answered when the desk closed."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < deadline:
        names = [thread.name for thread in threading.enumerate()]
        if not any("process_request_thread" in name for name in names) and not _are_others_busy():
            return
        time.sleep(0.02)


def _are_others_busy() -> bool:
    """Tell whether the event stream, or a thread that just ended, still asks the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle')"
        )
        return bool(cursor.fetchone()[0])


def _conninfo() -> str:
    settings = connection.settings_dict
    return make_conninfo(
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        dbname=settings["NAME"],
    )


def _keys() -> str:
    return ",".join(configured.MASTER_KEYS)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the event stream did not start")
