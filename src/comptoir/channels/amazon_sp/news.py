"""What Amazon's notifications say, and subscribing to them.

Two kinds name something to ask for: an order that changed, a report that is done. Two more are about
our own client secret; they are never kept, as they hold it. Both spellings of the envelope occur.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comptoir.channels.amazon_sp.account import Account, object_of, text_in
from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import ApiError, pages_of
from comptoir.channels.kernel.windows import moment

BASE = "/notifications/v1"
SUBSCRIBED = {"ORDER_CHANGE": "1.0", "REPORT_PROCESSING_FINISHED": "2020-09-04"}
"""Kinds to hear of, with the version of their payload that is read here."""
NEW_SECRET = "APPLICATION_OAUTH_CLIENT_NEW_SECRET"  # noqa: S105 - a kind of notification
SECRET_ENDS = "APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY"  # noqa: S105


@dataclass(frozen=True, slots=True)
class News:
    """One notification. `order` or `report` name what it is about."""

    name: str
    kind: str
    order: str = ""
    report: str = ""
    payload: Mapping[str, Any] | None = None


def read(body: str) -> News | None:
    """Read a message of the queue; None for what is no notification of Amazon's."""
    try:
        value = json.loads(body)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("Message"), str) and "NotificationType" not in value:
        return read(value["Message"])  # came through a topic (SNS)
    envelope = {name.lower(): one for name, one in value.items()}
    kind = str(envelope.get("notificationtype") or "")
    payload = envelope.get("payload")
    meta = envelope.get("notificationmetadata")
    if not kind or not isinstance(payload, dict):
        return None
    inner = next((one for one in payload.values() if isinstance(one, dict)), {})
    named = {name.lower(): one for name, one in inner.items()}
    known = {name.lower(): one for name, one in (meta if isinstance(meta, dict) else {}).items()}
    return News(
        name=str(known.get("notificationid") or ""),
        kind=kind,
        order=str(named.get("amazonorderid") or "") if kind == "ORDER_CHANGE" else "",
        report=str(named.get("reportid") or ""),
        payload=named,
    )


def heed(news: News, client_id: str, around: Around) -> None:
    """Take in what a notification says of our client secret: a new one, or when the old one ends.

    Not checked against a schema of Amazon's: the repository of its models has none of these two.
    """
    said = news.payload or {}
    if said.get("clientid") not in (None, client_id):
        return
    if news.kind == NEW_SECRET and said.get("newclientsecret"):
        around.keep_secret("client_secret", str(said["newclientsecret"]))
        if at := moment(said.get("newclientsecretexpirytime")):
            around.note_end("client_secret", at)
    elif news.kind == SECRET_ENDS and (at := moment(said.get("clientsecretexpirytime"))):
        around.note_end("client_secret", at)


def subscribe(account: Account, arn: str, name: str = "comptoir") -> tuple[str, ...]:
    """Let Amazon write into a queue, and name the kinds that are new. Raises `ApiError`."""
    where = f"{BASE}/destinations"
    known = object_of(account.ask_for_application("notifications", where, method="GET"))
    destination = destination_of(known, arn)
    if not destination:
        made = {"name": name, "resourceSpecification": {"sqs": {"arn": arn}}}
        answer = object_of(account.ask_for_application("notifications", where, json=made))
        destination = text_in(answer, "payload", "destinationId")
    new = []
    for kind, version in SUBSCRIBED.items():
        body = {"payloadVersion": version, "destinationId": destination}
        try:
            account.write("notifications", f"{BASE}/subscriptions/{kind}", json=body)
        except ApiError as error:
            if error.status != 409:  # there is one already
                raise
            continue
        new.append(kind)
    return tuple(new)


def destination_of(answer: Mapping[str, Any], arn: str) -> str:
    """Find a queue among the destinations there are; empty where it is none of them."""
    for one in pages_of(answer, "payload"):
        sqs = (one.get("resource") or {}).get("sqs") or {}
        if sqs.get("arn") == arn:
            return str(one.get("destinationId") or "")
    return ""
