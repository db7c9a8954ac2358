"""`comptoir search`: how far search is prepared, and preparing it anew."""

from __future__ import annotations

import click

from comptoir.cli.environment import with_desk


@click.command()
@click.option("--anew", is_flag=True, help="Walk every ticket again; search goes on meanwhile.")
@with_desk
def search(anew: bool) -> None:
    """Tell how much of the desk search has walked. The worker does it by itself.

    Example: comptoir search --anew
    """
    from comptoir.inbox.search import indexing

    if anew:
        indexing.begin_anew()
        click.echo("Search is prepared anew by the worker, the latest tickets first.")
    click.echo(f"{indexing.progress():.0%} of the tickets are prepared for search.")
