"""What an item of Meta's tells: a direct message, or a comment that everybody can read.

The two are kept apart as streams. A conversation is known by the person's number, which pushes and
`conversations` share; the conversation's own number comes with the latter only. A comment's
conversation is the comment at its top.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.told import Author, Buyer, File, MessageTold, Place
from comptoir.channels.kernel.windows import moment
from comptoir.channels.meta import files
from comptoir.channels.meta.account import Account, Surface

DIRECT, COMMENTS = "direct", "comments"
INBOX = "https://business.facebook.com/latest/inbox/all"


def pushed_message(
    event: Mapping[str, Any], person: Mapping[str, Any], surface: Surface, account: Account
) -> MessageTold | None:
    """Read a pushed event; `person` is who wrote, where that could be asked. Raises KeyError or ValueError for one that cannot be."""
    sender, recipient = str(event["sender"]["id"]), str(event["recipient"]["id"])
    said = event.get("message") or event.get("message_edit") or event.get("postback") or {}
    is_ours = bool(said.get("is_echo")) or sender in account.own_ids
    edit = event.get("message_edit")
    if edit is not None and is_ours:
        return None
    at = datetime.fromtimestamp(int(event["timestamp"]) / 1000, UTC)
    suffix = f"/edit/{said.get('num_edit', 1)}" if edit is not None else ""
    referral = said.get("referral") if isinstance(said.get("referral"), dict) else {}
    product = (referral or {}).get("product") or {}
    return _direct(
        f"{said['mid']}{suffix}",
        recipient if is_ours else sender,
        str(said.get("text") or said.get("title") or _shown(said)),
        at,
        surface,
        account,
        is_ours=is_ours,
        name="" if is_ours else name_of(person),
        item=str(product.get("id") or ""),
        held=[_file(one) for one in files.pushed(said)],
    )


def asked_message(
    message: Mapping[str, Any], other: Mapping[str, Any], surface: Surface, account: Account
) -> MessageTold:
    """Read a message of a conversation that was asked for; `other` is the person in it."""
    at = when(message.get("created_time"))
    if at is None:
        raise ValueError(f"message {message.get('id')}: {message.get('created_time')!r}")
    person = str(other["id"])
    return _direct(
        str(message["id"]),
        person,
        str(message.get("message") or _shared(message)),
        at,
        surface,
        account,
        is_ours=str((message.get("from") or {}).get("id")) != person,
        name=name_of(other),
        held=[_file(one) for one in files.asked(message)],
    )


def _direct(
    mid: str,
    person: str,
    text: str,
    at: datetime,
    surface: Surface,
    account: Account,
    *,
    is_ours: bool,
    name: str = "",
    item: str = "",
    held: list[File],
) -> MessageTold:
    return MessageTold(
        external_id=mid,
        thread_id=person,
        author=Author.US if is_ours else Author.BUYER,
        occurred_at=at,
        text=text,
        stream=DIRECT,
        item=item,
        buyer=Buyer(alias=person, name=name),
        may_be_answered_until=None if is_ours else at + account.window,
        files=tuple(held),
        place=Place(marketplace=surface.marketplace),
        link=INBOX,
    )


def comment(
    value: Mapping[str, Any], surface: Surface, account: Account, at: datetime | None
) -> MessageTold:
    """Read a comment, pushed or asked for: Instagram and pages name its parts differently."""
    number = str(value.get("comment_id") or value["id"])
    at = when(value.get("timestamp") or value.get("created_time")) or at
    if at is None:
        raise ValueError(f"comment {number} has no time")
    author = value.get("from") or {}
    media = value.get("media") or {}
    post = str(value.get("post_id") or media.get("id") or "")
    parent = _number_of(value.get("parent_id") or value.get("parent"))
    is_ours = str(author.get("id")) in account.own_ids
    name = name_of(author) or str(value.get("username") or "")
    return MessageTold(
        external_id=number,
        thread_id=parent if parent and parent != post else number,
        author=Author.US if is_ours else Author.BUYER,
        occurred_at=at,
        text=str(value.get("text") or value.get("message") or ""),
        stream=COMMENTS,
        item=post,
        buyer=Buyer() if is_ours else Buyer(alias=str(author.get("id") or ""), name=name),
        speaker_name=name,
        place=Place(marketplace=surface.marketplace),
        link=str(media.get("permalink") or value.get("permalink_url") or "") or INBOX,
    )


def name_of(person: Mapping[str, Any]) -> str:
    """Give a person's name, or how they are called on Instagram."""
    return str(person.get("name") or person.get("username") or "")


def when(value: Any) -> datetime | None:
    """Read a moment: ISO 8601 in examples, seconds since 1970 in the words around them."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return datetime.fromtimestamp(value, UTC)
    if isinstance(value, str) and value.isdecimal():
        return datetime.fromtimestamp(int(value), UTC)
    return moment(value)


def _file(named: tuple[str, str, str, str]) -> File:
    identity, name, kind, _ = named
    return File(name=name, content_type=kind, reference={"item": identity})


def _shown(message: Mapping[str, Any]) -> str:
    """Give the title and address of what was shared: a post, a story, a product."""
    lines = []
    for one in pages_of(message, "attachments"):
        payload = one.get("payload")
        if one.get("type") not in files.FETCHED and isinstance(payload, dict):
            lines += [str(payload.get("title") or ""), str(payload.get("url") or "")]
    story = ((message.get("reply_to") or {}).get("story") or {}).get("url")
    return "\n".join(line for line in [*lines, str(story or "")] if line)


def _shared(message: Mapping[str, Any]) -> str:
    found = [str(one.get("link") or "") for one in pages_of(message.get("shares"), "data")]
    return "\n".join(link for link in found if link)


def _number_of(value: Any) -> str:
    return str(value.get("id") or "") if isinstance(value, dict) else str(value or "")
