"""Running the desk: `serve` and `demo` start everything, `web` and `worker` one part each."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import click

from comptoir.cli.environment import hold_database, start_django
from comptoir.cli.supervisor import Part, run
from comptoir.storage.places import data_dir
from comptoir.storage.postgres import DatabaseUnavailable, erase

DEFAULT_PORT = 8700
READY_SECONDS = 60.0


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="Port of the pages.")
@click.option("--processes", default=2, show_default=True, help="Processes that serve pages.")
def serve(host: str, port: int, processes: int) -> None:
    """Run the whole desk on this machine: pages, live updates, worker and database.

    Example: comptoir serve --port 8700
    """
    _start_desk(host, port, processes, demo=False)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="Port of the pages.")
@click.option("--fresh", is_flag=True, help="Start over: throws the demo's own data away.")
@click.option("--no-traffic", is_flag=True, help="Nobody writes while it runs.")
def demo(host: str, port: int, fresh: bool, no_traffic: bool) -> None:
    """Show the desk at work: a demo shop in the middle of its day, with buyers who keep writing.

    Example: comptoir demo --fresh --port 8700
    """
    os.environ.setdefault("COMPTOIR_DATA_DIR", str(_demo_folder()))
    os.environ["COMPTOIR_DEMO"] = "1"
    if no_traffic:
        os.environ["COMPTOIR_DEMO_TRAFFIC"] = "0"
    if fresh:
        _throw_away(data_dir(os.environ))
    _start_desk(host, port, 2, demo=True)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="Port of the pages.")
@click.option("--processes", default=2, show_default=True, help="Processes that serve pages.")
def web(host: str, port: int, processes: int) -> None:
    """Run the pages, and the event stream on the port after theirs.

    Example: COMPTOIR_DATABASE_URL=postgresql://… comptoir web --host 0.0.0.0
    """
    _tell_address(host, port)
    with hold_database(watch=True):
        raise SystemExit(run(_web_parts(host, port, processes)))


@click.command()
def worker() -> None:
    """Run the work behind the pages: intake, outbox, deadlines, alerts, recurring jobs.

    Example: comptoir worker
    """
    with hold_database(watch=True):
        start_django()
        from comptoir.alerts.looping import loops
        from comptoir.inbox.worker import work

        work(loops())


def _start_desk(host: str, port: int, processes: int, *, demo: bool) -> None:
    _refuse_taken_port(host, port)
    _refuse_taken_port(host, port + 1)
    _tell_address(host, port)
    with hold_database(watch=True):
        _prepare(demo=demo)
        parts = [
            *_web_parts(host, port, processes),
            Part("worker", ["-m", "comptoir", "worker"]),
        ]
        told = False

        def each_second() -> None:
            nonlocal told
            if not told and _answers(host, port):
                told = True
                _say_where(data_dir(os.environ))

        raise SystemExit(run(parts, each_second=each_second))


def _web_parts(host: str, port: int, processes: int) -> list[Part]:
    granian = ["-m", "granian", "--host", host, "--no-ws", "--log-level", "warning"]
    alive = ["--workers-kill-timeout", "3", "--respawn-failed-workers"]
    pages = [
        *granian, "--interface", "wsgi", "--port", str(port), "--workers", str(processes),
        "--blocking-threads", "4", "--backpressure", "64", *alive, "comptoir.wsgi:application",
    ]  # fmt: skip
    events = [
        *granian, "--interface", "asginl", "--port", str(port + 1), "--workers", "1", *alive,
        "comptoir.asgi:application",
    ]  # fmt: skip
    return [Part("pages", pages), Part("events", events)]


def _prepare(*, demo: bool) -> None:
    """Migrate, seed the demo, make the first link: in a process of its own, which ends."""
    what = "demo" if demo else "serve"
    done = subprocess.run(  # noqa: S603 - our own interpreter and arguments
        [sys.executable, "-m", "comptoir.cli.prepare", what], check=False
    )
    if done.returncode:
        raise click.ClickException("The desk could not be made ready; see the lines above.")


def _say_where(folder: Path) -> None:
    note = folder / "welcome.txt"
    text = note.read_text() if note.exists() else ""
    click.echo(text or f"Comptoir is ready: {os.environ['COMPTOIR_URL']}")
    sys.stdout.flush()


def _tell_address(host: str, port: int) -> None:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    os.environ.setdefault("COMPTOIR_URL", f"http://{shown}:{port}")


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                "The desk needs two ports in a row: choose others with --port."
            ) from None


def _answers(host: str, port: int) -> bool:
    url = f"http://{urlsplit(os.environ['COMPTOIR_URL']).hostname}:{port}/health/live"
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        time.sleep(0.1)
        return False


def _demo_folder() -> Path:
    return data_dir({**os.environ, "COMPTOIR_DATA_DIR": ""}).with_name("comptoir-demo")


def _throw_away(folder: Path) -> None:
    """Remove a demo's data, and only a demo's."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / "demo").exists():
        raise click.ClickException(
            f"{folder} holds no demo, so nothing is thrown away. Choose another COMPTOIR_DATA_DIR."
        )
    try:
        erase(folder)  # refuses while it runs, and finds what lies outside the folder
    except DatabaseUnavailable as error:
        raise click.ClickException(str(error)) from None
    shutil.rmtree(folder)
