"""Other processes that use the server, told by one word a line what to do next."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

# A user without rights cannot read the interpreter everywhere: modules are imported first.
_SCRIPT = """
import os, sys, pathlib
from comptoir.storage.postgres import DatabaseUnavailable, attach
data_dir, uid, gid, watch = pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:5])
if uid:
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
try:
    server = attach(data_dir, watch=bool(watch))
except DatabaseUnavailable as error:
    print(f"unavailable: {error}", flush=True)
    sys.exit(1)
print(server.conninfo, flush=True)
for line in sys.stdin:
    if line.strip() == "ensure_alive":
        print(server.ensure_alive(), flush=True)
    if line.strip() == "release":
        server.release()
        print("released", flush=True)
    if line.strip() == "exit":
        break
"""


class OtherProcess:
    """A process that attached; `answer` is what it said first: the conninfo, or why not."""

    def __init__(
        self,
        data_dir: Path,
        *,
        user: pwd.struct_passwd | None = None,
        watch: bool = False,
        path: str | None = None,
        wait: bool = True,
    ) -> None:
        uid, gid = (user.pw_uid, user.pw_gid) if user else (0, 0)
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SCRIPT, data_dir, str(uid), str(gid), str(int(watch))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | ({"PATH": path} if path is not None else {}),
        )
        self.pid = self.process.pid
        self.answer = self._hear() if wait else ""

    def tell(self, word: str) -> str:
        """Say what to do, and give the answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return self._hear() if word != "exit" else str(self.process.wait(60))

    def hear(self) -> str:
        """Wait for the first answer of a process that was not waited for."""
        self.answer = self._hear()
        return self.answer

    def kill(self) -> None:
        """End it with -9, as an impatient administrator does."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


def nobody() -> pwd.struct_passwd:
    """A local user without rights; only root can become that one."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to become another user")
    return pwd.getpwnam("nobody")
