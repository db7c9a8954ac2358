"""All commands by name, each loaded only when it is asked for: `comptoir calendar` needs no
database, and starts as fast as that."""

from __future__ import annotations

import importlib
import sys

import click

COMMANDS = {
    "demo": ("comptoir.cli.serve", "Show the desk at work: demo shop, live traffic, log-in."),
    "serve": ("comptoir.cli.serve", "Run the whole desk on this machine."),
    "web": ("comptoir.cli.serve", "Run the pages and the event stream."),
    "worker": ("comptoir.cli.serve", "Run the work behind the pages."),
    "migrate": ("comptoir.cli.admin", "Bring the database to this version."),
    "check": ("comptoir.cli.check", "Is this installation fit to serve?"),
    "first-link": ("comptoir.cli.admin", "Make the link for the first administrator anew."),
    "password-link": ("comptoir.cli.people", "Make a link for somebody's new password."),
    "channel": ("comptoir.cli.channel", "What is connected: list, check, pull."),
    "search": ("comptoir.cli.search", "How far search is prepared; prepare it anew."),
    "mail": ("comptoir.cli.mail", "What the desk makes of a raw mail."),
    "calendar": ("comptoir.cli.calendar", "Answer business-time questions, JSON Lines."),
    "sla": ("comptoir.cli.sla", "Evaluate and verify clocks, JSON Lines."),
}


class ByName(click.Group):
    """A group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names, in the order of the table above."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; None when there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        found: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=ByName, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="comptoir")
def comptoir() -> None:
    """Comptoir, the open helpdesk for merchants who sell on many channels.

    Example: comptoir serve
    """


def main() -> None:
    """Run a command; what goes wrong is one line on standard error."""
    try:
        status = comptoir(prog_name="comptoir", standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.UsageError as wrong:
        wrong.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(1)
