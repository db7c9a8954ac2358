"""Replies: within twenty-four hours any, within seven days a person's under HUMAN_AGENT, then none.

What the desk knows of the person's last message may be old when a reply leaves; before a reply is
tagged or refused, Meta is asked whether the person wrote again meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import pages_of, receipt_of
from comptoir.channels.kernel.protocol import (
    ChannelError,
    Outcome,
    Outgoing,
    OutgoingFile,
    Receipt,
)
from comptoir.channels.meta import telling
from comptoir.channels.meta.account import STANDARD, Surface
from comptoir.channels.meta.graph import Graph

INSTAGRAM_TEXT_BYTES_MAX = 1000
"""Instagram Messaging, Send API: text in UTF-8, a thousand bytes at most."""
LOOKED_FOR = timedelta(minutes=5)
"""Meta's clock and ours may lie so far apart when a reply is looked for."""
TAGGED = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
UNTAGGED = {"messaging_type": "RESPONSE"}


def send(graph: Graph, around: Around, outgoing: Outgoing) -> Receipt:
    """Hand one reply over, as a comment or as a message."""
    try:
        if outgoing.stream == telling.COMMENTS:
            return _comment(graph, outgoing)
        return _message(graph, around, outgoing)
    except ChannelError as error:
        return receipt_of(error)


def find(graph: Graph, outgoing: Outgoing) -> str | None:
    """Look for a reply of which nobody knows whether it arrived, by its words and its time."""
    since = outgoing.written_at - LOOKED_FOR if outgoing.written_at else None
    if outgoing.stream == telling.COMMENTS:
        edge = "replies" if _is_instagram_comment(graph, outgoing) else "comments"
        text, fields = "text", "id,text,timestamp,username"
        if edge == "comments":
            text, fields = "message", "id,message,created_time,from"
        answer = graph.read("comments", outgoing.thread_id, edge, fields=fields, limit=50)
        said = pages_of(answer, "data")
    else:
        text, said = "message", list(_conversation(graph, outgoing.thread_id))
    for one in said:
        at = telling.when(one.get("created_time") or one.get("timestamp"))
        is_theirs = str((one.get("from") or {}).get("id")) == outgoing.thread_id
        is_new = at is not None and (since is None or at >= since)
        if is_new and not is_theirs and one.get(text) == outgoing.text:
            return str(one["id"])
    return None


def _comment(graph: Graph, outgoing: Outgoing) -> Receipt:
    if outgoing.files:
        return Receipt(Outcome.REFUSED, "files_not_taken", "a comment has no files")
    edge = "replies" if _is_instagram_comment(graph, outgoing) else "comments"
    said = graph.write("comment", outgoing.thread_id, edge, data={"message": outgoing.text})
    return Receipt(Outcome.ACCEPTED, external_id=str(said.get("id") or ""))


def _message(graph: Graph, around: Around, outgoing: Outgoing) -> Receipt:
    surfaces = graph.account.surfaces
    if surfaces == (Surface.INSTAGRAM,) and len(outgoing.text.encode()) > INSTAGRAM_TEXT_BYTES_MAX:
        return Receipt(Outcome.REFUSED, "too_long", f"{INSTAGRAM_TEXT_BYTES_MAX} bytes at most")
    kind = _kind(graph, around, outgoing)
    if kind is None:
        return Receipt(Outcome.REFUSED, "window_closed", "the person must write first")
    handles = [_uploaded(graph, file) for file in outgoing.files]
    for number, handle in enumerate(handles):
        try:
            _post(graph, outgoing, kind, {"attachment": handle})
        except ChannelError as error:
            if number:
                return Receipt(Outcome.UNCERTAIN, "partly_sent", error.detail)
            raise
    try:
        said = _post(graph, outgoing, kind, {"text": outgoing.text})
    except ChannelError as error:
        if handles:
            return Receipt(Outcome.UNCERTAIN, "partly_sent", error.detail)
        raise
    return Receipt(Outcome.ACCEPTED, external_id=str(said.get("message_id") or ""))


def _post(
    graph: Graph, outgoing: Outgoing, kind: Mapping[str, str], message: Mapping[str, Any]
) -> Mapping[str, Any]:
    body = {"recipient": {"id": outgoing.thread_id}, **kind, "message": dict(message)}
    return graph.write("send", graph.account.node, "messages", json=body)


def _kind(graph: Graph, around: Around, outgoing: Outgoing) -> Mapping[str, str] | None:
    """Choose how a reply may leave now; None when it may not."""
    now, window = around.now(), graph.account.window
    told = outgoing.answer_until - window if outgoing.answer_until else None
    if told is not None and now < told + STANDARD:
        return UNTAGGED
    last = max((at for at in (told, _last_word(graph, outgoing.thread_id)) if at), default=None)
    if last is None or now >= last + window:
        return None
    if now < last + STANDARD:
        return UNTAGGED
    return None if outgoing.automatic else TAGGED


def _last_word(graph: Graph, person: str) -> datetime | None:
    """Ask when a person wrote last; None where they never did, or long ago."""
    moments = (
        telling.when(one.get("created_time"))
        for one in _conversation(graph, person)
        if str((one.get("from") or {}).get("id")) == person
    )
    return max((at for at in moments if at), default=None)


def _conversation(graph: Graph, person: str) -> Iterator[Mapping[str, Any]]:
    """Give the latest messages exchanged with a person, on whatever surface they are."""
    for surface in graph.account.surfaces:
        answer = graph.read(
            "conversations", graph.account.node, "conversations",
            platform=surface.name, user_id=person,
            fields="id,messages.limit(20){id,created_time,from,message}",
        )  # fmt: skip
        for one in pages_of(answer, "data"):
            yield from pages_of(one.get("messages"), "data")


def _uploaded(graph: Graph, file: OutgoingFile) -> dict[str, Any]:
    """Lay a file up at Meta, which shows it to nobody yet, and give what a message says of it."""
    kind = file.content_type.partition("/")[0]
    kind = kind if kind in ("image", "video", "audio") else "file"
    asked = {"attachment": {"type": kind, "payload": {"is_reusable": False}}}
    edge = "message_attachments" if graph.account.is_page else "messageattachments"
    said = graph.write(
        "upload", graph.account.node, edge,
        data={"message": json.dumps(asked)},
        files={"filedata": (file.name, file.content, file.content_type)},
    )  # fmt: skip
    number = said.get("attachment_id")
    if not number:
        raise ChannelError("bad_answer", f"no number for {file.name}")
    return {"type": kind, "payload": {"attachment_id": str(number)}}


def _is_instagram_comment(graph: Graph, outgoing: Outgoing) -> bool:
    """Tell whose comment it is: a page's comments are numbered `post_comment`, Instagram's are not."""
    surfaces = graph.account.surfaces
    if len(surfaces) == 1:
        return surfaces[0] is Surface.INSTAGRAM
    return "_" not in outgoing.thread_id
