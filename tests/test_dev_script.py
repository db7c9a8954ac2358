"""`./dev` sets itself up once, repairs itself, and keeps its own words off standard output.

The packages are not really installed here: a stand-in for `uv` on the search path makes an
environment out of two small scripts and notes what it was asked for.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]

_UV = """#!/bin/sh
[ "$*" != "pip install --help" ] || { echo "--group GROUP"; exit; }
echo "$*" >>"$UV_NOTES"
case $1 in
venv)
    for last in "$@"; do :; done
    "$REAL_PYTHON" -m venv --without-pip "$last"
    ;;
pip)
    [ -z "${UV_FAILS:-}" ] || exit 1
    sleep "${UV_SECONDS:-0}"
    printf '#!/bin/sh\\necho "$COMPTOIR_DATA_DIR"\\nfor word in "$@"; do echo "<$word>"; done\\n' \\
        >"${5%/*}/comptoir"
    chmod +x "${5%/*}/comptoir"
    ;;
esac
"""


class Clone:
    """A clone with nothing but the script, on a machine where `uv` is our stand-in."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tools = folder / "clone", folder / "tools"
        self.folder.mkdir()
        self.tools.mkdir()
        shutil.copy(REPOSITORY / "dev", self.folder)
        (self.folder / "pyproject.toml").write_text("# one\n")
        (self.tools / "uv").write_text(_UV)
        (self.tools / "uv").chmod(0o755)
        (self.tools / "python3.11").symlink_to(sys.executable)
        self.environ = os.environ | {
            "PATH": f"{self.tools}:/usr/bin:/bin",
            "UV_NOTES": str(folder / "notes"),
            "REAL_PYTHON": sys.executable,
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
        }
        self.environ.pop("COMPTOIR_DATA_DIR", None)

    def start(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.folder / "dev", *words],
            env=self.environ | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, **environ: str) -> tuple[int, str, str]:
        process = self.start(*words, **environ)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    @property
    def asked(self) -> list[str]:
        """What `uv` was asked for: the words that matter."""
        notes = Path(self.environ["UV_NOTES"])
        lines = notes.read_text().splitlines() if notes.exists() else []
        return [
            "venv" if line.startswith("venv") else line.split("--editable ")[1] for line in lines
        ]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_without_a_word_it_lists_what_there_is(clone: Clone) -> None:
    status, out, err = clone.run()

    assert (status, err) == (0, "")
    listed = [line.split()[1] for line in out.splitlines() if line.startswith("  ./dev ")]
    assert listed == ["demo", "test", "check", "comptoir", "bench", "mocks"]


def test_unknown_command_is_refused_on_standard_error(clone: Clone) -> None:
    assert clone.run("dance") == (
        2,
        "",
        "There is no ./dev dance; ./dev help lists what there is.\n",
    )


def test_command_gets_its_words_unchanged_and_its_output_stays_clean(clone: Clone) -> None:
    status, out, err = clone.run("comptoir", "mail", "inspect", "two words.eml", "")

    assert status == 0
    assert out.splitlines()[1:] == ["<mail>", "<inspect>", "<two words.eml>", "<>"]
    assert err.splitlines() == [
        f"Setting up {clone.folder}/.dev/venv (once, and when pyproject.toml changes) …",
        "Ready.",
    ]


def test_demo_and_real_desk_keep_their_data_apart(clone: Clone) -> None:
    folders = [clone.run(word)[1].splitlines()[0] for word in ("demo", "comptoir")]

    assert folders == [f"{clone.folder}/.dev/demo", f"{clone.folder}/.dev/data"]
    assert clone.run("demo", COMPTOIR_DATA_DIR="/data")[1].splitlines()[0] == "/data"


def test_set_up_happens_once_and_again_when_pyproject_changed(clone: Clone) -> None:
    clone.run("comptoir")
    clone.run("comptoir")
    assert clone.asked == ["venv", "."]

    (clone.folder / "pyproject.toml").write_text("# two\n")
    clone.run("comptoir")

    assert clone.asked == ["venv", ".", "."]


def test_tools_are_added_when_they_are_needed_and_stay(clone: Clone) -> None:
    clone.run("demo")
    clone.run("bench")
    clone.run("demo")
    (clone.folder / "pyproject.toml").write_text("# two\n")
    clone.run("demo")

    assert clone.asked == ["venv", ".", ". --group dev", ". --group dev"]


def test_runs_that_start_together_set_up_once(clone: Clone) -> None:
    runs = [clone.start("comptoir", UV_SECONDS="1") for _ in range(4)]
    for run in runs:
        run.communicate(timeout=120)

    assert [run.returncode for run in runs] == [0, 0, 0, 0]
    assert clone.asked == ["venv", "."]


def test_interrupted_set_up_is_made_anew(clone: Clone) -> None:
    run = clone.start("comptoir", UV_SECONDS="60")
    deadline = time.monotonic() + 60
    while clone.asked != ["venv", "."] and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()

    assert clone.run("comptoir")[0] == 0
    assert clone.asked == ["venv", ".", "venv", "."]


def test_set_up_without_network_keeps_the_environment_and_says_so(clone: Clone) -> None:
    clone.run("comptoir")
    (clone.folder / "pyproject.toml").write_text("# two\n")

    status, out, err = clone.run("comptoir", UV_FAILS="1")

    assert (status, out) == (1, "")
    assert err.splitlines()[-1] == (
        "The packages could not be installed; is the network there? Then run this again."
    )
    assert (clone.folder / ".dev/venv/bin/comptoir").exists()
    assert clone.run("comptoir")[0] == 0
    assert clone.asked == ["venv", ".", ".", "."]


def test_clone_that_was_moved_gets_a_new_environment(clone: Clone) -> None:
    """The scripts of an environment hold its path."""
    clone.run("comptoir")
    clone.folder = clone.folder.rename(clone.folder.with_name("moved"))

    assert clone.run("comptoir")[0] == 0
    assert clone.asked == ["venv", ".", "venv", "."]


def test_clone_of_another_user_is_left_alone(clone: Clone) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, to give a folder away")
    (clone.folder / ".dev").mkdir()
    os.chown(clone.folder / ".dev", 65534, 65534)

    status, out, _ = clone.run("demo")

    assert status == 0
    assert out.splitlines()[0].startswith(f"{clone.environ['XDG_CACHE_HOME']}/comptoir/")
    assert list((clone.folder / ".dev").iterdir()) == []


def test_missing_python_is_said(clone: Clone) -> None:
    (clone.tools / "python3.11").unlink()
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        (clone.tools / name).write_text("#!/bin/sh\nexit 1\n")  # too old to know better
        (clone.tools / name).chmod(0o755)

    status, out, err = clone.run("demo")

    assert (status, out) == (1, "")
    assert err.startswith("Comptoir needs Python 3.11 or newer as python3.11 or python3")


def test_measurement_without_a_name_lists_them(clone: Clone) -> None:
    (clone.folder / "bench").mkdir()
    (clone.folder / "bench" / "intake.py").touch()

    status, out, err = clone.run("bench")

    assert (status, out) == (2, "")
    assert err.splitlines()[-2:] == ["./dev bench NAME runs one of:", "  intake"]
