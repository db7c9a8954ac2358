"""Back-fill: conversations that moved and comments that are new, so that a missed push is no loss.

Both edges give the newest first and know no `since`. Each is read back to a little before where
the last pull began; the cursor moves when all of it was read, and what was seen twice is one item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import ApiError, pages_of
from comptoir.channels.kernel.protocol import Cursor, Page, RawItem
from comptoir.channels.kernel.windows import iso, moment
from comptoir.channels.meta import telling
from comptoir.channels.meta.account import Surface
from comptoir.channels.meta.files import Files
from comptoir.channels.meta.graph import Graph
from comptoir.channels.meta.pushes import item

FIRST_PULL = timedelta(days=7)
"""Older messages cannot be answered any more."""
OVERLAP = timedelta(minutes=10)
COMMENTS_EVERY = timedelta(minutes=10)
MEDIA_LOOKED_AT = 25
"""Comments are asked for under so many of the latest posts; older posts tell theirs by push."""
MESSAGES_FIELDS = "id,created_time,from,to,message,attachments,shares"
IG_COMMENT_FIELDS = "id,text,timestamp,username,from,parent_id"
PAGE_COMMENT_FIELDS = "id,message,created_time,from,parent,permalink_url"
FILE_SECONDS = 30.0


def pages(graph: Graph, around: Around, cursor: Cursor, *, page_size: int) -> Iterator[Page]:
    """Yield what came since the cursor: direct messages of each surface, then comments."""
    standing = dict(cursor)
    for surface in graph.account.surfaces:
        yield from _direct(graph, around, surface, standing, page_size=page_size)
    for surface in graph.account.surfaces:
        yield from _comments(graph, around, surface, standing)


def _direct(
    graph: Graph, around: Around, surface: Surface, standing: dict[str, Any], *, page_size: int
) -> Iterator[Page]:
    name, began = f"direct_{surface}", around.now()
    since = _since(standing.get(name), around)
    for found in graph.every(
        "conversations", graph.account.node, "conversations",
        platform=surface.name, fields="id,updated_time,participants", limit=page_size,
    ):  # fmt: skip
        moved = [one for one in found if _is_since(one.get("updated_time"), since)]
        for conversation in moved:
            new = _messages(graph, around, surface, conversation, since)
            if new:
                yield Page(tuple(new), dict(standing))
        if len(moved) < len(found):
            break
    standing[name] = iso(began)
    yield Page((), dict(standing))


def _messages(
    graph: Graph,
    around: Around,
    surface: Surface,
    conversation: Mapping[str, Any],
    since: datetime,
) -> list[RawItem]:
    """Give the new messages of a conversation, oldest first, each with its files before it."""
    people = pages_of(conversation.get("participants"), "data")
    others = [one for one in people if str(one.get("id")) not in graph.account.own_ids]
    found: list[Mapping[str, Any]] = []
    for some in graph.every(
        "messages", str(conversation["id"]), "messages", fields=MESSAGES_FIELDS, limit=20
    ):
        new = [one for one in some if _is_since(one.get("created_time"), since)]
        found += new
        if len(new) < len(some):
            break
    other = others[0] if others else _other_of(found, graph.account.own_ids)
    if not other.get("id"):
        return []
    files = Files(graph.account.media_hosts, around, patience_seconds=FILE_SECONDS)
    items: list[RawItem] = []
    for one in reversed(found):
        items += files.of_message(one)
        at = telling.when(one.get("created_time"))
        items.append(
            item(f"message/{one.get('id')}", at, surface, "message", one, other=dict(other))
        )
    return items


def _other_of(messages: list[Mapping[str, Any]], own: frozenset[str]) -> Mapping[str, Any]:
    """Find the person in the messages, where the conversation does not name who takes part."""
    for one in messages:
        for person in (one.get("from") or {}, *pages_of(one.get("to"), "data")):
            if person.get("id") and str(person["id"]) not in own:
                return dict(person)
    return {}


def _comments(
    graph: Graph, around: Around, surface: Surface, standing: dict[str, Any]
) -> Iterator[Page]:
    name, began = f"comments_{surface}", around.now()
    last = moment(standing.get(name))
    if last is not None and timedelta(0) <= began - last < COMMENTS_EVERY:
        return
    since = _since(standing.get(name), around)
    try:
        posts = _posts(graph, surface)
    except ApiError as error:
        if error.code not in ("forbidden", "not_found", "request_refused"):
            raise
        posts = []  # the app was given messages and no comments: that is a choice
    for post in posts:
        new = [
            item(f"comment/{one['id']}", telling.when(one.get("timestamp") or
                 one.get("created_time")), surface, "comment", one)
            for one in _under(post)
            if one.get("id") and _is_since(one.get("timestamp") or one.get("created_time"), since)
        ]  # fmt: skip
        if new:
            yield Page(tuple(new), dict(standing))
    standing[name] = iso(began)
    yield Page((), dict(standing))


def _posts(graph: Graph, surface: Surface) -> list[Mapping[str, Any]]:
    """Give the latest posts with the comments under them."""
    if surface is Surface.INSTAGRAM:
        replies = f"replies{{{IG_COMMENT_FIELDS}}}"
        fields = f"id,permalink,comments{{{IG_COMMENT_FIELDS},{replies}}}"
        edge = (graph.account.instagram_id, "media")
    else:
        fields = f"id,permalink_url,comments.filter(stream){{{PAGE_COMMENT_FIELDS}}}"
        edge = (graph.account.page_id, "feed")
    answer = graph.read("comments", *edge, fields=fields, limit=MEDIA_LOOKED_AT)
    return list(pages_of(answer, "data"))


def _under(post: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the comments under a post and the answers under those, oldest first, with the post."""
    about = {"id": post.get("id"), "permalink": post.get("permalink") or post.get("permalink_url")}
    for one in reversed(pages_of(post.get("comments"), "data")):
        own = {key: value for key, value in one.items() if key != "replies"}
        yield {**own, "media": about}
        for reply in reversed(pages_of(one.get("replies"), "data")):
            yield {"parent_id": one.get("id"), **reply, "media": about}


def _since(through: Any, around: Around) -> datetime:
    """Tell from when on to read; a clock that was set back reads from now, less the overlap."""
    now = around.now()
    last = moment(through)
    return now - FIRST_PULL if last is None else min(last, now) - OVERLAP


def _is_since(value: Any, since: datetime) -> bool:
    """Tell whether something is new; what has no time that can be read is."""
    at = telling.when(value)
    return at is None or at >= since
