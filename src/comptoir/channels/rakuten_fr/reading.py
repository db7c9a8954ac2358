"""What a stored item or sale of Rakuten France says, in the desk's words.

An item (one article sold) has two conversations that are kept apart: `message` between buyer and
seller, `mail` between seller and Rakuten. Neither names the order: it is found by buyer and item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.told import (
    Author,
    Buyer,
    CaseKind,
    CaseState,
    CaseTold,
    Line,
    MessageTold,
    OrderTold,
    Place,
    Told,
)
from comptoir.channels.kernel.xml_answers import Element, amount, parsed, text
from comptoir.channels.rakuten_fr import times

ORDER, OPERATOR = "order", "operator"
PLACE = Place(marketplace="rakuten_fr")
OURS = ("seller", "vendeur")
RAKUTEN = ("rakuten", "priceminister")
ANY_BUYER = ("buyer", "acheteur")
OVER = ("CLOS", "CANCEL", "SOLVED", "RESOL", "REFUND", "END")
STATES = {
    "TO_CONFIRM": "pending", "REQUESTED": "pending", "REMINDED": "pending", "COMMITTED": "pending",
    "ON_HOLD": "pending", "PENDING_CLAIM": "shipped", "CLOSED": "delivered",
    "CANCELLED": "cancelled", "REFUSED": "cancelled",
}  # fmt: skip
COUNTRIES = {"france": "FR", "belgique": "BE", "suisse": "CH", "luxembourg": "LU", "monaco": "MC"}


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what an item tells. Unknown documents tell nothing."""
    root = parsed(item.content)
    if root.tag == "item":
        yield from _item(root, str(settings.get("login") or ""))
    elif root.tag == "sale":
        yield _sale(root)


def author_of(message: Element, login: str) -> Author:
    """Say who wrote a message or a mail, by the name of its sender."""
    sender = text(message, "sender").casefold()
    if sender in OURS or (login and sender == login.casefold()):
        return Author.US
    return Author.OPERATOR if sender.startswith(RAKUTEN) else Author.BUYER


def message_id(item_id: str, message: Element) -> str:
    """Name a message, which has no id of its own, by its moment, sender and words."""
    said = "|".join(text(message, name) for name in ("senddate", "sender", "content"))
    return f"{item_id}/{sha256(said.encode()).hexdigest()[:16]}"


def _item(root: Element, login: str) -> Iterator[Told]:
    item_id = text(root, "itemid")
    order_number = _order_number(root, item_id)
    buyer = _buyer(root, login)
    until = times.may_be_answered_until(root)
    shared: dict[str, Any] = {"order_number": order_number, "item": item_id, "place": PLACE}
    subject = text(root, "headline") or text(root, "itemstatelabel")
    for message in _in_order(root, "message"):
        author = author_of(message, login)
        yield MessageTold(
            external_id=message_id(item_id, message),
            thread_id=item_id,
            stream=ORDER,
            author=author,
            occurred_at=_moment(message, item_id),
            text=text(message, "content"),
            subject=subject,
            buyer=buyer,
            speaker_name=text(message, "sender"),
            may_be_answered_until=until if author is Author.BUYER else None,
            **shared,
        )
    for mail in _in_order(root, "mail"):
        yield MessageTold(
            external_id=f"mail/{text(mail, 'mailid')}",
            thread_id=item_id,
            stream=OPERATOR,
            author=author_of(mail, login),
            occurred_at=_moment(mail, item_id),
            text=text(mail, "content"),
            subject=text(mail, "object"),
            buyer=Buyer(alias=buyer.alias),
            speaker_name=text(mail, "sender"),
            **shared,
        )
    yield from _claim(root, buyer, shared)


def _claim(root: Element, buyer: Buyer, shared: Mapping[str, Any]) -> Iterator[CaseTold]:
    claim = root.find("claim")
    opened_at = times.at(text(claim, "creationdate"))
    if claim is None or opened_at is None:
        return
    item_id = text(root, "itemid")
    state = text(claim, "state").upper()
    is_over = any(word in state for word in OVER)
    yield CaseTold(
        external_id=f"{item_id}/{opened_at:%Y%m%d%H%M}",
        kind=CaseKind.CLAIM,
        state=CaseState.CLOSED if is_over else CaseState.OPENED,
        occurred_at=opened_at,
        text=text(claim, "claimcomment"),
        reason=text(claim, "type").replace("_", " ").capitalize(),
        thread_id=item_id,
        stream=ORDER,
        order_number=str(shared["order_number"]),
        buyer=buyer,
        place=PLACE,
    )


def _in_order(root: Element, name: str) -> list[Element]:
    """Give the messages, the oldest first.

    The service gives the latest first, and tells minutes only: within one, its order counts.
    """
    item_id = text(root, "itemid")
    found = root.findall(name)[::-1]
    found.sort(key=lambda one: _moment(one, item_id))
    return found


def _moment(message: Element, item_id: str) -> datetime:
    found = times.at(text(message, "senddate"))
    if found is None:
        raise ValueError(f"item {item_id}: {text(message, 'senddate')!r} is no moment")
    return found


def _order_number(root: Element, item_id: str) -> str:
    """Give the order's number: told, or as Rakuten's own mails write it (`order/item`)."""
    if told := text(root, "purchaseid"):
        return told
    pattern = re.compile(rf"\b(\d{{5,}})/{re.escape(item_id)}\b")
    for mail in root.findall("mail"):
        if found := pattern.search(text(mail, "object") + "\n" + text(mail, "content")):
            return found[1]
    return ""


def _buyer(root: Element, login: str) -> Buyer:
    """Give the buyer by the name under which they write."""
    for message in root.findall("message"):
        for name in ("sender", "recipient"):
            found = text(message, name)
            plain = found.casefold()
            is_other = plain in OURS or plain == login.casefold() or plain.startswith(RAKUTEN)
            if found and not is_other:
                return Buyer(alias="" if plain in ANY_BUYER else found, name=found)
    return Buyer()


def _sale(root: Element) -> OrderTold:
    items = root.findall("items/item") or root.findall("item")
    address = root.find("deliveryinformation/deliveryaddress")
    if address is None:
        address = root.find("deliveryinformation/billingaddress")
    names = (text(address, "firstname"), text(address, "lastname"))
    states = [_state(text(one, "itemstatus")) for one in items]
    lines = tuple(_line(one) for one in items)
    return OrderTold(
        number=text(root, "purchaseid"),
        placed_at=times.at(text(root, "purchasedate")),
        state=_whole(states),
        total=sum((line.price for line in lines), Decimal(0)) if lines else None,
        currency=text(root, ".//price/currency") or "EUR",
        buyer=Buyer(
            alias=text(root, "deliveryinformation/purchasebuyerlogin"),
            name=" ".join(name for name in names if name),
            email=text(root, "deliveryinformation/purchasebuyeremail"),
            country=COUNTRIES.get(text(address, "country").casefold(), ""),
        ),
        lines=lines or None,
        place=PLACE,
    )


def _line(root: Element) -> Line:
    return Line(
        sku=text(root, "sku") or text(root, "ean"),
        title=text(root, "headline"),
        quantity=1,
        price=amount(root, "price/amount") or amount(root, "price") or Decimal(0),
        item=text(root, "itemid"),
    )


def _state(status: str) -> str:
    return STATES.get(status.strip().upper(), "")


def _whole(states: list[str]) -> str:
    """Give an order's state from those of its items: the least advanced that is not cancelled."""
    for state in ("pending", "shipped", "delivered"):
        if state in states:
            return state
    return "cancelled" if states and set(states) == {"cancelled"} else ""
