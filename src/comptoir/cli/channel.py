"""`comptoir channel`: what is connected, is it healthy, fetch now."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import click

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
@with_desk
def check(connection_ids: tuple[int, ...]) -> None:
    """Try each connection's log-in (or those given by number). Example: comptoir channel check"""
    from comptoir.channels.kernel.protocol import ChannelError
    from comptoir.inbox.connections import open_connector

    failed = False
    for row in _connections(connection_ids):
        try:
            with closing(open_connector(row)) as connector:
                connector.check()
            click.echo(f"ok    {row.pk:>4}  {row.name}")
        except ChannelError as error:
            failed = True
            click.echo(f"FAIL  {row.pk:>4}  {row.name}: {error.code}. {error.detail}")
    if failed:
        raise click.exceptions.Exit(1)


@channel.command()
@click.argument("connection_ids", nargs=-1, type=int)
@with_desk
def pull(connection_ids: tuple[int, ...]) -> None:
    """Fetch now what each connection has, and read it. Example: comptoir channel pull 1"""
    from comptoir.channels.kernel.protocol import ChannelError
    from comptoir.inbox import arrivals
    from comptoir.inbox.pulling import pull_by_id
    from comptoir.storage.clock import now

    failed = False
    for row in _connections(connection_ids):
        say(f"reading {row.name} …")
        try:
            count = pull_by_id(row.pk, clock=now)
            click.echo(f"ok    {row.pk:>4}  {row.name}: {count} new")
        except ChannelError as error:
            failed = True
            click.echo(f"FAIL  {row.pk:>4}  {row.name}: {error.code}. {error.detail}")
    arrivals.read_waiting(clock=now)
    if failed:
        raise click.exceptions.Exit(1)


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
