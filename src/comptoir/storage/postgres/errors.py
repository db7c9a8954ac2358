"""What goes wrong with the embedded server, said in one line that tells what to do."""

import errno
import re

_TOLD_BY_THE_SYSTEM = {
    errno.ENOSPC: "the disk is full; free some space and start again",
    errno.EDQUOT: "the disk quota is used up; free some space and start again",
    errno.EROFS: "the file system is read-only; give Comptoir a folder it may write to",
    errno.EACCES: "permission denied; give the folder to the user who runs Comptoir",
    errno.EPERM: "permission denied; give the folder to the user who runs Comptoir",
    errno.ENOTDIR: "a file lies where a folder is needed; move it away",
}

_LIBRARY = re.compile(r"error while loading shared libraries: (\S+?):")
_NUMBER = re.compile(r"\[Errno (\d+)\]")
_GRAVE = re.compile(r"(?:FATAL|PANIC|ERROR|error):\s+(.*)")


class DatabaseUnavailable(Exception):  # noqa: N818 - the name is the message
    """No database can be had; the message is one line and says what to do."""


def from_system(error: OSError) -> DatabaseUnavailable:
    """Translate a failed call to the operating system."""
    number = error.errno
    if number is None and (found := _NUMBER.search(str(error))):  # many copies failed at once
        number = int(found[1])
    reason = _TOLD_BY_THE_SYSTEM.get(number or 0, error.strerror or str(error))
    where = f" ({error.filename})" if error.filename else ""
    return DatabaseUnavailable(f"The database cannot be started: {reason}{where}.")


def from_output(output: str, *, doing: str, log: str) -> DatabaseUnavailable:
    """Translate what PostgreSQL's programs said before they gave up.

    `doing` completes "PostgreSQL failed …"; `log` is where a person can read on.
    """
    if library := _LIBRARY.search(output):
        advice = f"the system library {library[1]} is missing; install the package that holds it"
        if library[1].startswith("libz."):
            advice += " (Debian: apt-get install zlib1g)"
    elif "No space left on device" in output:
        advice = _TOLD_BY_THE_SYSTEM[errno.ENOSPC]
    elif "Permission denied" in output:
        advice = f"permission denied; {_last_grave_line(output)}"
    elif "Cannot allocate memory" in output:
        advice = "the machine has no memory left; stop something else or add memory"
    else:
        advice = _last_grave_line(output) or "it gave no reason"
    return DatabaseUnavailable(f"PostgreSQL failed {doing}: {advice} (log: {log}).")


def _last_grave_line(output: str) -> str:
    lines = output.strip().splitlines()
    grave = [found[1].strip() for line in lines if (found := _GRAVE.search(line))]
    if grave:
        return grave[-1]
    return lines[-1].strip() if lines else ""
