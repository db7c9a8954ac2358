"""Where the vendors' own specifications lie: test inputs, never part of the product.

`COMPTOIR_SPECS` names the folder; without it, `../shared/specs` beside the clone is taken. Tests that
use it say so and are skipped where it is missing.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SPECS = Path(
    os.environ.get("COMPTOIR_SPECS")
    or Path(__file__).resolve().parents[2].parent / "shared" / "specs"
)
needs_specs = pytest.mark.skipif(
    not SPECS.is_dir(), reason=f"needs the vendors' specifications in {SPECS} (COMPTOIR_SPECS)"
)


def spec(name: str) -> Path:
    """Give one file of a vendor; the test is skipped where it is missing."""
    path = SPECS / name
    if not path.exists():
        pytest.skip(f"needs {path}")
    return path
