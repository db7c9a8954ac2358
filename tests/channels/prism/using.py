"""What the tests of this folder do with a connector."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.protocol import Connector, Cursor, Outgoing, RawItem
from comptoir.channels.kernel.told import Told

NOW = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
PAGES_MAX = 400
"""More than any connector asks for here: a pull that gives more does not end."""
Read = Callable[[RawItem, Mapping[str, Any]], Iterable[Told]]


def around(**more: Any) -> Around:
    return Around(now=lambda: NOW, **more)


def unhurried(kind: str) -> dict[str, str]:
    """Take the brakes off: the mock does not count."""
    card = card_of(kind)
    assert card is not None
    return {f"rate_{name}": "1000/1s burst 1000" for name in ["*", *card.rates]}


def pulled(account: Connector, cursor: Cursor | None = None) -> tuple[list[RawItem], Cursor]:
    """Pull to the end. Fails where there is none."""
    items, stands = [], dict(cursor or {})
    for count, page in enumerate(account.pull(stands)):
        assert count < PAGES_MAX, "the pull does not end"
        items += page.items
        stands = json.loads(json.dumps(dict(page.cursor)))
    return items, stands


def told(items: Iterable[RawItem], read: Read, settings: Mapping[str, Any]) -> list[Told]:
    """Read what can be read. Static answers hold no moment: what needs one says so (ValueError)."""
    found: list[Told] = []
    for item in items:
        try:
            found += read(item, settings)
        except ValueError as error:
            assert "no moment" in str(error), f"{item.external_id}: {error}"  # noqa: PT017
    return found


def outgoing(**more: Any) -> Outgoing:
    usual = {"idempotency_key": "k", "message_id": "<1@x>", "recipient": "", "recipient_name": "",
             "sender": "", "sender_name": "", "subject": "", "text": "It is there tomorrow.",
             "written_at": NOW}  # fmt: skip
    return Outgoing(**{**usual, **more})


def refused_with(status: int) -> str:
    """Give the code of an answer that is an error."""
    named = {401: "auth_failed", 403: "forbidden", 404: "not_found", 429: "throttled"}
    return named.get(status) or ("server_error" if status >= 500 else "request_refused")
