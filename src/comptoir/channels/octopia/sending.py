"""The reply that goes to Octopia: whom it may be meant for, its files, and finding it again."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from comptoir.channels.kernel.protocol import ChannelError, Outgoing
from comptoir.channels.kernel.told import Author
from comptoir.channels.kernel.windows import moment
from comptoir.channels.octopia.reading import author_of, discussion_id, messages_of, text_of
from comptoir.channels.octopia.shapes import MARKUP, camel, first, inside, listed, whole

USERS = {"buyer": ("Customer",), "operator": ("GrcOperator",), "both": ("Customer", "GrcOperator")}
RECEIVERS = ("receivers", "eligibleReceivers", "eligibleRecipients", "recipients")
CLOCKS_APART = timedelta(minutes=10)


def document_of(outgoing: Outgoing, discussion: Mapping[str, Any], *, form: str) -> dict[str, Any]:
    """Write the body of `POST /messages`. Raises `ChannelError` where nobody may be written to.

    `form` is `list` (`receivers`, seen in use) or `word` (`receiver`, as an older client has it).
    """
    wanted = USERS.get(outgoing.party, USERS["buyer"])
    body: dict[str, Any] = {
        "discussionId": discussion_id(discussion) or outgoing.thread_id,
        "salesChannel": first(discussion, "salesChannel", "salesChannelId"),
        "body": outgoing.text,
    }
    if form == "word":
        body["receiver"] = wanted[0]
    else:
        body["receivers"] = [_receiver(kind, discussion) for kind in wanted]
    if outgoing.files:
        body["attachments"] = [
            {
                "attachmentName": file.name,
                "fileFormat": file.name.rpartition(".")[2].lower(),
                "content": base64.b64encode(file.content).decode(),
            }
            for file in outgoing.files
        ]
    return body


def id_of(content: bytes) -> str:
    """Give the id an answer names the new message by; empty where it names none."""
    try:
        answer = whole(camel(json.loads(content)), "message")
    except ValueError:
        return ""
    return first(answer, "messageId", "id")


def found(outgoing: Outgoing, messages: Iterable[Mapping[str, Any]]) -> str | None:
    """Find a reply of ours: the same words, not from before it was written."""
    for message in messages:
        at = moment(first(message, "createdAt", "sentAt", "date"))
        is_old = at and outgoing.written_at and at < outgoing.written_at - CLOCKS_APART
        if author_of(message) is not Author.US or is_old:
            continue
        if _flat(text_of(message)) == _flat(outgoing.text):
            return first(message, "messageId", "id") or None
    return None


def _receiver(kind: str, discussion: Mapping[str, Any]) -> dict[str, str]:
    """Choose one recipient: of those the discussion allows, where it says whom."""
    allowed = [one for name in RECEIVERS for one in listed(discussion.get(name) or [])]
    fitting = [one for one in allowed if first(one, "userType", "type") == kind]
    if allowed and not fitting:
        words = f"This discussion takes no message to {kind}."
        raise ChannelError("recipient_not_allowed", words, permanent=True)
    user_id = first(fitting[0], "userId", "id") if fitting else _user_id(kind, discussion)
    return {"userType": kind, **({"userId": user_id} if user_id else {})}


def _user_id(kind: str, discussion: Mapping[str, Any]) -> str:
    if kind == "Customer" and (customer := first(discussion, "customerId")):
        return customer
    for message in reversed(messages_of(discussion)):
        sender = inside(message, "sender")
        if first(sender, "userType") == kind:
            return first(sender, "userId", "id")
    return ""


def _flat(words: str) -> str:
    return re.sub(r"\s+", " ", MARKUP.sub(" ", words)).strip().casefold()
