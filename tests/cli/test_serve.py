"""What `comptoir demo --fresh` throws away, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from comptoir.cli.serve import _throw_away


def test_fresh_demo_begins_in_an_empty_folder(tmp_path: Path) -> None:
    _throw_away(tmp_path)

    assert tmp_path.exists()


def test_fresh_demo_throws_nothing_away_but_a_demo(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("kept")

    with pytest.raises(click.ClickException, match="holds no demo"):
        _throw_away(tmp_path)
    assert (tmp_path / "letters.txt").read_text() == "kept"
