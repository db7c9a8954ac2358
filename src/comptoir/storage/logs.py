"""Logs as JSON lines without buyers' data: codes and numbers, never addresses, subjects or texts.

Exceptions are logged by class and place; their messages may quote what a buyer wrote.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime

_LINKS = re.compile(r"(/(?:welcome|invitation|password)/)[\w-]+")
"""Addresses that let somebody in; a log must not."""


class JsonLines(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line for one record."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _LINKS.sub(r"\1…", record.getMessage()),
        }
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])
            line["error"] = record.exc_info[0].__name__
            line["where"] = " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames[-4:]))
        return json.dumps(line, ensure_ascii=False)
