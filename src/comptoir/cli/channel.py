"""`comptoir channel`: what is connected, is it healthy, fetch now, what can be connected."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import click

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.cli.environment import say, with_desk


@click.group()
def channel() -> None:
    """Look at what is connected. Example: comptoir channel list --json"""


@channel.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines instead of a table.")
@with_desk
def list_channels(as_json: bool) -> None:
    """List channels with the connections that serve them. Example: comptoir channel list"""
    from comptoir.merchant.models import Channel

    for row in Channel.objects.prefetch_related("routes__connection").order_by("name"):
        connections = [route.connection.name for route in row.routes.all()]
        state = "off" if not row.is_active else "watch" if row.is_watched_only else "live"
        if as_json:
            values = {"id": row.pk, "name": row.name, "marketplace": row.marketplace}
            values |= {"country": row.country, "state": state, "connections": connections}
            click.echo(json.dumps(values))
        else:
            click.echo(f"{row.pk:>4}  {state:<6} {row.name:<40} {', '.join(connections)}")


@channel.command()
@click.argument("connection_ids", nargs=-1, type=int)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines instead of a table.")
@with_desk
def check(connection_ids: tuple[int, ...], as_json: bool) -> None:
    """Try each connection's log-in (or those given by number). Example: comptoir channel check"""
    from comptoir.inbox.connections import open_connector

    failed = False
    for row in _connections(connection_ids):
        try:
            with closing(open_connector(row)) as connector:
                connector.check()
            _say(row, as_json=as_json)
        except ChannelError as error:
            failed = True
            _say(row, error, as_json=as_json)
    if failed:
        raise click.exceptions.Exit(1)


@channel.command()
@click.argument("connection_ids", nargs=-1, type=int)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines instead of a table.")
@with_desk
def pull(connection_ids: tuple[int, ...], as_json: bool) -> None:
    """Fetch now what each connection has, and read it. Example: comptoir channel pull 1"""
    from comptoir.inbox import arrivals
    from comptoir.inbox.pulling import pull_by_id
    from comptoir.storage.clock import now

    failed = False
    for row in _connections(connection_ids):
        say(f"reading {row.name} …")
        try:
            count = pull_by_id(row.pk, clock=now)
            _say(row, as_json=as_json, new=count)
        except ChannelError as error:
            failed = True
            _say(row, error, as_json=as_json)
    arrivals.read_waiting(clock=now)
    if failed:
        raise click.exceptions.Exit(1)


@channel.command("matrix")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines instead of a page.")
def print_matrix(as_json: bool) -> None:
    """Print what each connector carries. Example: comptoir channel matrix > docs/channels.md"""
    from comptoir.channels.kernel import matrix
    from comptoir.channels.kernel.catalogue import cards

    if not as_json:
        click.echo(matrix.page(cards()), nl=False)
        return
    for row in matrix.rows(cards()):
        click.echo(json.dumps(row))


def _say(
    row: Any, error: ChannelError | None = None, *, as_json: bool, new: int | None = None
) -> None:
    """Print what became of one connection."""
    if as_json:
        values: dict[str, Any] = {"id": row.pk, "name": row.name, "ok": error is None}
        if new is not None:
            values["new"] = new
        if error is not None:
            values |= {"code": error.code, "detail": error.detail}
        click.echo(json.dumps(values))
    elif error is not None:
        click.echo(f"FAIL  {row.pk:>4}  {row.name}: {error.code}. {error.detail}")
    else:
        told = "" if new is None else f": {new} new"
        click.echo(f"ok    {row.pk:>4}  {row.name}{told}")


def _connections(ids: tuple[int, ...]) -> list[Any]:
    from comptoir.merchant.models import Connection

    rows = Connection.objects.order_by("id")
    found = list(rows.filter(pk__in=ids) if ids else rows)
    missing = set(ids) - {row.pk for row in found}
    if missing:
        raise click.ClickException(
            f"There is no connection {', '.join(map(str, sorted(missing)))}."
        )
    return list(found)
