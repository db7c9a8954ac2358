"""What can be set is documented."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
VARIABLE = re.compile(r"COMPTOIR_[A-Z_]+")
OUR_OWN = {"COMPTOIR_CONNINFO", "COMPTOIR_DEMO", "COMPTOIR_DEMO_TRAFFIC"}
"""Said by one process of ours to another, or explained in `docs/demo.md`."""


def test_every_variable_that_is_read_stands_in_the_operators_table() -> None:
    sources = (REPOSITORY / "src").rglob("*.py")
    read = {name for path in sources for name in VARIABLE.findall(path.read_text())}

    rows = (REPOSITORY / "docs" / "operating.md").read_text().splitlines()
    told = {name for row in rows if row.startswith("| `") for name in VARIABLE.findall(row[:50])}

    assert read - OUR_OWN == told
