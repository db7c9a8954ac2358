"""What may stand in a log line."""

from __future__ import annotations

import json
import logging

import pytest

from comptoir.storage.logs import JsonLines


@pytest.mark.parametrize("door", ["welcome", "invitation", "password"])
def test_one_time_link_is_not_written_into_the_log(door: str) -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "Gone: %s", (f"/{door}/sDPO9pd6_rq-wQN",), None
    )

    assert json.loads(JsonLines().format(record))["message"] == f"Gone: /{door}/…"
