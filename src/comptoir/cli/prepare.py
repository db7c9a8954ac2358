"""Making a desk ready before it serves: migrations, the demo's shop, the first link.

Runs as a process of its own (`python -m comptoir.cli.prepare`), so that the supervisor stays small.
What there is to tell the person lands in `welcome.txt` of the data folder.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from comptoir.cli.environment import hold_database, start_django
from comptoir.storage.places import data_dir


def main() -> None:
    """Prepare for `serve` or for `demo`."""
    folder = data_dir(os.environ)
    with hold_database():
        start_django()
        from comptoir.storage.clock import now
        from comptoir.storage.migrating import migrate

        migrate()
        if sys.argv[1:] == ["demo"]:
            from comptoir.cli.demo.seed import seed_if_empty, welcome

            (folder / "demo").touch()
            seed_if_empty(now=now())
            text = welcome()
        else:
            text = _welcome()
    _write_privately(folder / "welcome.txt", text)


def _write_privately(path: Path, text: str) -> None:
    """Write what only we may read: it holds a link that lets somebody in."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def _welcome() -> str:
    from comptoir.merchant.actions.set_up import first_link
    from comptoir.storage.clock import now

    url = os.environ.get("COMPTOIR_URL", "")
    token = first_link(now=now())
    if token is None:
        return f"\nComptoir is ready: {url}\n"
    return (
        f"\nComptoir is ready. Open this link to become its administrator "
        f"(once, within 24 hours):\n\n  {url}/welcome/{token}\n"
    )


if __name__ == "__main__":
    main()
