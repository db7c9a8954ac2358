"""`comptoir check`: is this installation fit to serve?"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import Any

import click
from cryptography.fernet import Fernet

from comptoir.cli.environment import with_desk
from comptoir.storage.places import data_dir


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.option("--new-key", is_flag=True, help="Print a new master key, and do nothing else.")
def check(as_json: bool, new_key: bool) -> None:
    """Look at settings, database, migrations, channels, clocks, lags and secrets.

    Exit status 1 when something is not well. Example: comptoir check --json
    """
    if new_key:
        click.echo(Fernet.generate_key().decode())
        return
    _check(as_json)


@with_desk
def _check(as_json: bool) -> None:
    from comptoir.inbox.health import Finding, findings
    from comptoir.storage.clock import now

    found = [_key(Finding), *findings(now=now())]
    well = all(finding.is_well for finding in found)
    if as_json:
        click.echo(json.dumps({"well": well, "findings": [asdict(f) for f in found]}))
    else:
        width = max(len(finding.name) for finding in found)
        for finding in found:
            mark = "ok  " if finding.is_well else "FAIL"
            advice = "" if finding.is_well else f"\n{'':>{width + 6}}{finding.advice}"
            click.echo(f"{mark} {finding.name:<{width}} {finding.detail}{advice}")
    if not well:
        raise click.exceptions.Exit(1)


def _key(finding: Any) -> Any:
    """Look at the master key's file: nobody else may read it."""
    path = data_dir(os.environ) / "master.key"
    if os.environ.get("COMPTOIR_MASTER_KEY"):
        return finding("master key", True, "from the environment")
    private = path.exists() and path.stat().st_mode & 0o077 == 0
    return finding("master key", private, str(path), f"Run: chmod 600 {path}")
