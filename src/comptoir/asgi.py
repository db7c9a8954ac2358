"""The event stream, for an ASGI server. Django is not loaded: the process stays small."""

from __future__ import annotations

import os

from comptoir.storage.places import data_dir
from comptoir.storage.secrets import master_keys
from comptoir.web.events.stream import EventStream

application = EventStream(
    os.environ.get("COMPTOIR_DATABASE_URL") or os.environ.get("COMPTOIR_CONNINFO", ""),
    keys=master_keys(data_dir(os.environ)),
    page_url=os.environ.get("COMPTOIR_URL", "http://127.0.0.1:8700"),
)
