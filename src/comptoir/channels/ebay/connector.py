"""The eBay connector: an account is opened, pulled, answered, and listened to.

An item's name says what it is (`message/…`, `order/…`), and so which room reads it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from comptoir.channels.ebay import (
    cases,
    conversations,
    notices,
    orders,
    pulling,
    standards,
    subscribing,
)
from comptoir.channels.ebay.account import Account, card
from comptoir.channels.ebay.consent import consent_url, redeem
from comptoir.channels.ebay.paging import pages
from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import pages_of, receipt_of
from comptoir.channels.kernel.protocol import (
    Call,
    Capabilities,
    ChannelError,
    Cursor,
    Outcome,
    Outgoing,
    Page,
    Pushed,
    RawItem,
    Receipt,
)
from comptoir.channels.kernel.told import Told
from comptoir.channels.kernel.windows import moment

__all__ = ["connect", "consent_url", "read", "redeem"]

TEXT_CHARS_MAX = 2000
"""`messageText` of `send_message`; more is refused there with error 355013."""
LOOKED_BACK = timedelta(minutes=5)
Read = Callable[[Mapping[str, Any], Mapping[str, Any]], Iterable[Told]]
READERS: Mapping[str, Read] = {
    "message": conversations.read_message,
    "archived": conversations.read_archived,
    "order": orders.read_order,
    "dispute": cases.read_dispute,
    "feedback": cases.read_feedback,
    "standards": standards.read_profile,
    "push": notices.read_notice,
}


def connect(
    settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
) -> EbayConnector:
    """Open an account. Raises `ChannelError` for settings that cannot be."""
    return EbayConnector(settings, secrets, around)


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what an item tells. Files and unknown kinds tell nothing by themselves."""
    reader = READERS.get(item.external_id.partition("/")[0])
    if reader is not None:
        yield from reader(json.loads(item.content), settings)


class EbayConnector:
    """One seller's account."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        self.capabilities = Capabilities(
            name=card().name, attachments=False, text_chars_max=TEXT_CHARS_MAX
        )
        self._account = Account(settings, secrets, around)
        self._verification_token = secrets.get("verification_token", "")

    def check(self) -> None:
        """Return when keys, consent and name are good; else raise `ChannelError`."""
        self._account.check()

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield pages of what came since; eBay's own sizes of a page are used."""
        del page_size
        return pulling.pull(self._account, cursor)

    def receive(self, call: Call) -> Pushed:
        """Answer the handshake, or verify a notification on its raw bytes. Raises `Forged`."""
        return notices.receive(self._account, self._verification_token, call)

    def subscribe(self, address: str) -> tuple[str, ...]:
        """Let eBay push new messages to an address; name the topics that are new."""
        return subscribing.subscribe(self._account, address, self._verification_token)

    def send(self, outgoing: Outgoing) -> Receipt:
        """Answer in a conversation, or begin one with the buyer of an order."""
        said: dict[str, Any] = {"messageText": outgoing.text, "emailCopyToSender": False}
        try:
            said |= self._addressed(outgoing)
            answer = self._account.api.write("send", "/commerce/message/v1/send_message", json=said)
        except ChannelError as error:
            return receipt_of(error)
        return Receipt(Outcome.ACCEPTED, external_id=_message_id(answer.content))

    def find(self, outgoing: Outgoing) -> str | None:
        """Look for a reply by its words, among ours since it was written. Raises `ChannelError`."""
        since = outgoing.written_at
        for thread_id in self._threads(outgoing):
            for message in conversations.messages_of(
                self._account, thread_id, conversations.MEMBERS
            ):
                at = moment(message.get("createdDate"))
                sender = str(message.get("senderUsername") or "").casefold()
                is_late = since is not None and (at is None or at < since - LOOKED_BACK)
                if sender not in self._account.usernames or is_late:
                    continue
                if _flat(message.get("messageBody")) == _flat(outgoing.text):
                    return str(message["messageId"])
        return None

    def close_thread(self, thread_id: str, stream: str) -> bool:
        """Archive a conversation, or mark it as read, as the settings say. Raises `ChannelError`."""
        type_ = conversations.EBAY if stream else conversations.MEMBERS
        said: dict[str, Any] = {"conversationId": thread_id, "conversationType": type_}
        if self._account.settings.get("closes_by") == "read":
            said["read"] = True
        else:
            said["conversationStatus"] = "ARCHIVE"
        self._account.api.write("close", "/commerce/message/v1/update_conversation", json=said)
        return True

    def close(self) -> None:
        """Let go of sockets."""
        self._account.close()

    def _addressed(self, outgoing: Outgoing) -> dict[str, Any]:
        """Say to whom it goes: a conversation, or a buyer and the listing they bought."""
        if outgoing.thread_id:
            return {"conversationId": outgoing.thread_id}
        buyer, listing = orders.buyer_and_listing(self._account, outgoing.order_number)
        if not buyer:
            words = f"eBay names no buyer for order {outgoing.order_number}."
            raise ChannelError("not_found", words, permanent=True)
        about = {"reference": {"referenceId": listing, "referenceType": "LISTING"}}
        return {"otherPartyUsername": buyer, **(about if listing else {})}

    def _threads(self, outgoing: Outgoing) -> Iterator[str]:
        """Yield the conversations in which a reply may be."""
        if outgoing.thread_id:
            yield outgoing.thread_id
            return
        buyer, _ = orders.buyer_and_listing(self._account, outgoing.order_number)
        asked = {"conversation_type": conversations.MEMBERS, "other_party_username": buyer}
        for found in pages(
            self._account.api, "conversations", conversations.PATH, asked,
            names=("conversations",), size=conversations.PAGE_SIZE,
        ):  # fmt: skip
            yield from (str(one["conversationId"]) for one in found if one.get("conversationId"))


def _message_id(content: bytes) -> str:
    """Give the id of a message that eBay took; empty where its answer cannot be read.

    The message left: an answer that breaks does not make it uncertain.
    """
    try:
        told = json.loads(content)
    except ValueError:
        return ""
    found = pages_of([told])
    return str(found[0].get("messageId") or "") if found else ""


def _flat(text: object) -> str:
    return " ".join(str(text or "").split()).casefold()
