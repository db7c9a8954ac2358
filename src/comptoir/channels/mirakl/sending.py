"""A reply on its way to Mirakl: to a thread (M12), or as a new thread on an order (OR43)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import quote

from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.protocol import Outgoing
from comptoir.channels.kernel.values import Dict, part, words
from comptoir.channels.kernel.windows import moment

RECIPIENTS = {
    "buyer": ("CUSTOMER",),
    "operator": ("OPERATOR",),
    "both": ("CUSTOMER", "OPERATOR"),
}
TOPIC_CHARS_MIN, TOPIC_CHARS_MAX = 3, 200


def recipients(outgoing: Outgoing) -> tuple[str, ...]:
    """Say whom a reply is for; in a conversation with the operator there is no customer."""
    if outgoing.stream == "operator":
        return RECIPIENTS["operator"]
    return RECIPIENTS.get(outgoing.party, RECIPIENTS["buyer"])


def to_thread(outgoing: Outgoing, thread_id: str) -> tuple[str, list[Any]]:
    """Give address and parts of a reply to a thread."""
    said = {"body": outgoing.text, "to": [{"type": kind} for kind in recipients(outgoing)]}
    path = f"/api/inbox/threads/{quote(thread_id, safe='')}/message"
    return path, _parts("message_input", said, outgoing)


def on_order(outgoing: Outgoing, topic_code: str) -> tuple[str, list[Any]]:
    """Give address and parts of a thread begun on an order."""
    said = {
        "body": outgoing.text,
        "to": list(recipients(outgoing)),
        "topic": _topic(outgoing, topic_code),
    }
    path = f"/api/orders/{quote(outgoing.order_number, safe='')}/threads"
    return path, _parts("thread_input", said, outgoing)


def thread_for(outgoing: Outgoing, threads: Sequence[Dict]) -> str:
    """Choose the conversation that a reply on an order goes on: the latest one its reader is in."""
    wanted = set(recipients(outgoing))
    fitting = [
        thread
        for thread in threads
        if wanted <= {words(one.get("type")) for one in _people(thread)}
    ]
    latest = max(fitting, key=lambda thread: words(thread.get("date_updated")), default={})
    return words(latest.get("id"))


def found_in(outgoing: Outgoing, threads: Sequence[Dict], *, since: datetime) -> str:
    """Find a reply of ours among the messages of threads, by its words; give its id, or nothing.

    `since` keeps an older message with the same words from being taken for it.
    """
    wanted = _flat(outgoing.text)
    for thread in threads:
        for message in pages_of(thread, "messages"):
            is_ours = words(part(message, "from").get("type")) == "SHOP_USER"
            at = moment(message.get("date_created"))
            if not is_ours or at is None or at < since:
                continue
            if _flat(str(message.get("body") or "")) == wanted:
                return words(message.get("id"))
    return ""


def _topic(outgoing: Outgoing, code: str) -> Mapping[str, str]:
    if code:
        return {"type": "REASON_CODE", "value": code}
    text = " ".join(outgoing.subject.split())[:TOPIC_CHARS_MAX]
    if len(text) < TOPIC_CHARS_MIN:
        text = outgoing.order_number.ljust(TOPIC_CHARS_MIN, "-")
    return {"type": "FREE_TEXT", "value": text}


def _parts(name: str, said: Mapping[str, Any], outgoing: Outgoing) -> list[Any]:
    """Write the parts of the request: the words as JSON, then the files."""
    words_part = (name, (None, json.dumps(said).encode(), "application/json"))
    files = [("files", (file.name, file.content, file.content_type)) for file in outgoing.files]
    return [words_part, *files]


def _people(thread: Dict) -> list[Dict]:
    return [
        *pages_of(thread, "authorized_participants"),
        *pages_of(thread, "current_participants"),
    ]


def _flat(text: str) -> str:
    """Give the bare words: operators turn line breaks into tags and signs into entities."""
    return " ".join(re.findall(r"\w+", unescape(re.sub(r"<[^>]+>", " ", text)).lower()))
