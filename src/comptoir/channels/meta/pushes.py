"""What Meta pushes: the handshake, and batches of events signed with the app's secret.

One app has one address for all its accounts, so that a push may be about somebody else's: those
events are left out, and the pull of that account finds them.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.protocol import Call, ChannelError, Forged, Pushed, RawItem
from comptoir.channels.kernel.signing import hmac_sha256, is_hex
from comptoir.channels.meta.account import Surface
from comptoir.channels.meta.files import Files
from comptoir.channels.meta.graph import Graph

log = logging.getLogger(__name__)

OBJECTS = {"instagram": Surface.INSTAGRAM, "page": Surface.MESSENGER}
COMMENT_FIELDS = frozenset({"comments", "live_comments", "feed"})
SIGNED_WITH = "sha256="


def handshake(call: Call, verify_token: str) -> Pushed:
    """Give the challenge back to whoever knows the token. Raises `Forged`."""
    given = call.query.get("hub.verify_token", "")
    is_known = hmac.compare_digest(given.encode(), verify_token.encode())
    if call.query.get("hub.mode") != "subscribe" or not verify_token or not is_known:
        raise Forged("the handshake does not know the token")
    return Pushed(body=call.query.get("hub.challenge", "").encode())


def verify(call: Call, app_secret: str) -> None:
    """Hold `X-Hub-Signature-256` against the raw bytes. Raises `Forged`."""
    given = call.headers.get("x-hub-signature-256", "").strip()
    expected = hmac_sha256(app_secret, call.body)
    is_signed = given.startswith(SIGNED_WITH) and is_hex(given.removeprefix(SIGNED_WITH), expected)
    if not app_secret or not is_signed:
        raise Forged("the signature is not Meta's")


def items(call: Call, graph: Graph, files: Files) -> Iterator[RawItem]:
    """Give the messages and comments of a verified push, each with its files before it."""
    account = graph.account
    try:
        told = json.loads(call.body)
    except ValueError as error:
        raise ChannelError("bad_answer", "a signed push that is not JSON") from error
    for batch in told if isinstance(told, list) else [told]:
        surface = OBJECTS.get(str(batch.get("object"))) if isinstance(batch, dict) else None
        if surface is None or surface not in account.surfaces:
            continue
        for entry in pages_of(batch, "entry"):
            if str(entry.get("id")) in account.own_ids:
                yield from _of_entry(entry, surface, graph, files)


def _of_entry(
    entry: Mapping[str, Any], surface: Surface, graph: Graph, files: Files
) -> Iterator[RawItem]:
    names: dict[str, Mapping[str, Any]] = {}
    for event in (*pages_of(entry, "messaging"), *pages_of(entry, "standby")):
        if identity := identity_of(event):
            yield from files.of_event(event)
            at, person = _moment(event.get("timestamp")), _person(event, graph, names)
            yield item(identity, at, surface, "event", event, person=person)
    # Meta's own example of a comment lacks `changes`: its field and value stand in the entry.
    for change in (*pages_of(entry, "changes"), *([entry] if "field" in entry else [])):
        value = change.get("value")
        if change.get("field") not in COMMENT_FIELDS or not isinstance(value, dict):
            continue
        number = str(value.get("comment_id") or value.get("id") or "")
        is_new = value.get("verb", "add") == "add" and value.get("item", "comment") == "comment"
        if number and is_new:
            at = _moment(value.get("created_time")) or _moment(entry.get("time"))
            yield item(f"comment/{number}", at, surface, "comment", value, told_at=_iso(at))


def _person(
    event: Mapping[str, Any], graph: Graph, names: dict[str, Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Ask how a person is called: a push names a number only. Nothing where no answer comes."""
    sender = event.get("sender")
    number = str(sender.get("id") or "") if isinstance(sender, dict) else ""
    if not number or number in graph.account.own_ids:
        return {}
    if number not in names:
        try:
            names[number] = graph.read("person", number, fields="name")
        except ChannelError as error:
            log.info("a person's name is not to be had: %s", error.code)
            names[number] = {}
    return names[number]


def identity_of(event: Mapping[str, Any]) -> str:
    """Name an event by its message; empty for those that say nothing: seen, reactions, typing."""
    if isinstance(edit := event.get("message_edit"), dict):
        return f"message/{edit['mid']}/edit/{edit.get('num_edit', 1)}" if edit.get("mid") else ""
    for name in ("message", "postback"):
        said = event.get(name)
        if isinstance(said, dict) and said.get("mid"):
            return "" if said.get("is_deleted") else f"message/{said['mid']}"
    return ""


def item(
    identity: str,
    at: datetime | None,
    surface: Surface,
    kind: str,
    content: Mapping[str, Any],
    **more: Any,
) -> RawItem:
    """Keep one thing as it came, with what its surroundings said of it."""
    kept = {"surface": surface.value, kind: content, **more}
    return RawItem(identity, json.dumps(kept).encode(), "application/json", at)


def _moment(value: Any) -> datetime | None:
    """Read seconds or milliseconds since 1970: messages have these, comments those."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return None
    return datetime.fromtimestamp(value / 1000 if value > 100_000_000_000 else value, UTC)


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""
