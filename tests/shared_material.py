"""Where the material lies that tests may use but the repository does not hold.

Real mails, ticket logs and vendors' specifications stay outside the product (their licences say
so). Tests that need them call `shared(...)` and are skipped, visibly, where they are missing.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("COMPTOIR_SHARED", Path(__file__).parents[2] / "shared"))


def shared(*parts: str) -> Path:
    """Give the path of one piece of shared material, or skip the test that asks for it."""
    path = ROOT.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs shared material {'/'.join(parts)} (set COMPTOIR_SHARED)")
    return path
