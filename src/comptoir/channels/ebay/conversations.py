"""eBay's conversations (Message API 1.0.0): found by window, told message by message.

Two types are kept apart: members write in `FROM_MEMBERS`, eBay itself in `FROM_EBAY`, which has no
filter by time. A conversation is about a listing and never names an order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from comptoir.channels.ebay.account import Account, names_of
from comptoir.channels.ebay.media import fetched, files_of, links_of
from comptoir.channels.ebay.paging import pages
from comptoir.channels.ebay.sites import place_of
from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.told import Author, Buyer, MessageTold, ThreadTold, Told
from comptoir.channels.kernel.windows import Window, moment

MEMBERS, EBAY = "FROM_MEMBERS", "FROM_EBAY"
STREAMS = {MEMBERS: "", EBAY: "ebay"}
PATH = "/commerce/message/v1/conversation"
PAGE_SIZE = 50
"""eBay's largest, for conversations and for messages."""
KEPT = ("conversationId", "conversationType", "conversationTitle", "conversationStatus",
        "referenceId", "referenceType", "createdDate")  # fmt: skip


def of_members(account: Account, window: Window) -> Iterator[list[RawItem]]:
    """Yield the messages of conversations with members that moved within a window."""
    asked = {
        "conversation_type": MEMBERS,
        "start_time": milliseconds(window.since),
        "end_time": milliseconds(window.until),
    }
    for found in pages(
        account.api, "conversations", PATH, asked, names=("conversations",), size=PAGE_SIZE
    ):
        yield [item for one in found for item in _items(account, one, MEMBERS)]


def of_ebay(account: Account, since: datetime) -> Iterator[list[RawItem]]:
    """Yield eBay's own messages since a moment: no filter by time, so by what the list shows.

    The list is left where a page is in order, newest first, and holds nothing new.
    """
    asked = {"conversation_type": EBAY}
    for found in pages(
        account.api, "conversations", PATH, asked, names=("conversations",), size=PAGE_SIZE
    ):
        moments = [moved_at(one) for one in found]
        fresh = [one for one, at in zip(found, moments, strict=True) if at is None or at >= since]
        yield [item for one in fresh for item in _items(account, one, EBAY)]
        known = [at for at in moments if at is not None]
        if not fresh and known == sorted(known, reverse=True):
            return


def archived(account: Account, since: datetime) -> Iterator[list[RawItem]]:
    """Yield conversations that somebody archived at eBay, of those that moved since a moment."""
    asked = {
        "conversation_type": MEMBERS,
        "conversation_status": "ARCHIVE",
        "start_time": milliseconds(since),
        "end_time": milliseconds(account.around.now()),
    }
    for found in pages(
        account.api, "conversations", PATH, asked, names=("conversations",), size=PAGE_SIZE
    ):
        yield [_archived_item(account, one) for one in found if one.get("conversationId")]


def messages_of(account: Account, thread_id: str, type_: str) -> Iterator[Mapping[str, Any]]:
    """Yield the messages of one conversation, in the order eBay gives them."""
    asked = {"conversation_type": type_}
    path = f"{PATH}/{thread_id}"
    for found in pages(account.api, "messages", path, asked, names=("messages",), size=PAGE_SIZE):
        yield from found


def message_item(conversation: Mapping[str, Any], message: Mapping[str, Any]) -> RawItem:
    """Keep one message as it came, with what it needs of its conversation."""
    about = {key: conversation[key] for key in KEPT if key in conversation}
    return RawItem(
        f"message/{message.get('messageId')}",
        json.dumps({"conversation": about, "message": message}, ensure_ascii=False).encode(),
        "application/json",
        moment(message.get("createdDate")),
    )


def read_message(value: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what a stored message tells. Raises ValueError for one without a moment."""
    conversation, message = value["conversation"], value["message"]
    at = moment(message.get("createdDate"))
    if at is None:
        raise ValueError(f"message {message.get('messageId')}: no moment")
    is_ebay = conversation.get("conversationType") == EBAY
    sender = str(message.get("senderUsername") or message.get("senderUserName") or "")
    is_ours = sender.casefold() in names_of(settings)
    author = Author.US if is_ours else Author.PLATFORM if is_ebay else Author.BUYER
    body = str(message.get("messageBody") or "")
    yield MessageTold(
        external_id=str(message["messageId"]),
        thread_id=str(conversation["conversationId"]),
        author=author,
        occurred_at=at,
        text="" if _is_markup(body) else "\n".join([body, *links_of(message, settings)]).strip(),
        html=body if _is_markup(body) else "",
        subject=str(message.get("subject") or conversation.get("conversationTitle") or ""),
        stream=STREAMS.get(str(conversation.get("conversationType")), ""),
        item=_listing(conversation),
        buyer=Buyer() if is_ebay else Buyer(alias=_other(message, is_ours=is_ours)),
        speaker_name=sender,
        needs_reply=False if is_ebay else None,
        files=files_of(message),
        place=place_of(settings.get("site")),
    )


def read_archived(value: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say that a conversation was archived at eBay."""
    at = moment(value.get("seen_at"))
    if at is not None:
        yield ThreadTold(
            thread_id=str(value["conversation"]["conversationId"]),
            at=at,
            place=place_of(settings.get("site")),
        )


def moved_at(conversation: Mapping[str, Any]) -> datetime | None:
    """Tell when the last message of a conversation came."""
    latest = conversation.get("latestMessage") or {}
    return moment(latest.get("createdDate")) or moment(conversation.get("createdDate"))


def milliseconds(at: datetime) -> str:
    """Write a moment as the Message API wants it: with milliseconds, in UTC."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _items(account: Account, conversation: Mapping[str, Any], type_: str) -> Iterator[RawItem]:
    thread_id = str(conversation.get("conversationId") or "")
    if not thread_id:
        return
    about = {**conversation, "conversationType": type_}
    for message in messages_of(account, thread_id, type_):
        if message.get("messageId"):
            yield message_item(about, message)
            yield from fetched(account, message)


def _archived_item(account: Account, conversation: Mapping[str, Any]) -> RawItem:
    """Keep that a conversation is archived: again for each message that brought it back."""
    thread_id = conversation["conversationId"]
    latest = (conversation.get("latestMessage") or {}).get("messageId") or ""
    now = account.around.now()
    about = {key: conversation[key] for key in KEPT if key in conversation}
    value = {"conversation": about, "seen_at": now.isoformat()}
    return RawItem(
        f"archived/{thread_id}/{latest}", json.dumps(value).encode(), "application/json", now
    )


def _listing(conversation: Mapping[str, Any]) -> str:
    if conversation.get("referenceType") != "LISTING":
        return ""
    return str(conversation.get("referenceId") or "")


def _other(message: Mapping[str, Any], *, is_ours: bool) -> str:
    names: Sequence[str] = (
        ("recipientUsername", "recipientUserName") if is_ours else ("senderUsername",)
    )
    return next((str(message[name]) for name in names if message.get(name)), "")


def _is_markup(body: str) -> bool:
    """Tell markup from words: eBay's own letters are whole pages, members' are mostly words."""
    start = body.lstrip()[:200].lower()
    return start.startswith(("<", "<!doctype")) or "<br" in body.lower() or "</" in body
