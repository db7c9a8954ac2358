"""Where this installation keeps what is not in a database: keys, and the embedded one itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def data_dir(environ: Mapping[str, str]) -> Path:
    """Give the data folder; it need not exist yet."""
    if given := environ.get("COMPTOIR_DATA_DIR"):
        return Path(given).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/comptoir")
    home = environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "comptoir"
