"""Spartoo: orders since a moment. Whoever asks is Spartoo, by mail, and is answered by mail.

Sources: Spartoo's page on its web services (form POST with the partner's code, XML answers with an
error's number), fields as public clients read them (`docs/channels/spartoo.md`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.http import ApiError, Http
from comptoir.channels.kernel.protocol import (
    Capabilities,
    ChannelError,
    Cursor,
    Outcome,
    Outgoing,
    Page,
    RawItem,
    Receipt,
)
from comptoir.channels.kernel.told import Buyer, Line, OrderTold, Parcel, Place, Told
from comptoir.channels.kernel.windows import iso, windows
from comptoir.channels.kernel.xml_answers import Element, amount, parsed, text, tostring

KIND = "spartoo"
BASE_URL = "https://sws.spartoo.com/mp"
EXPORT = "/xml_export_orders.php"
PARIS = ZoneInfo("Europe/Paris")
FIRST_PULL = timedelta(days=30)
OVERLAP = timedelta(hours=1)
ABOUT_KEYS = re.compile(r"\b(partenaire|partner|code|auth\w*|acc[eè]s)\b", re.IGNORECASE)
STATES = {"11": "pending", "2": "pending", "3": "shipped"}
"""`orders_status_id`: to confirm, in preparation, shipped. Others are read by their name."""
NAMED = (
    ("returned", re.compile(r"retour|return", re.IGNORECASE)),
    ("cancelled", re.compile(r"annul|cancel|refus", re.IGNORECASE)),
    ("delivered", re.compile(r"livr[ée]|deliver|re[çc]u", re.IGNORECASE)),
    ("shipped", re.compile(r"exp[ée]di|envoy|ship", re.IGNORECASE)),
)


def connect(
    settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
) -> SpartooConnector:
    """Open an account. Raises `ChannelError` for settings that cannot be."""
    return SpartooConnector(settings, secrets, around)


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what an item tells. Unknown documents tell nothing."""
    del settings
    root = parsed(item.content)
    if root.tag == "order":
        yield _order(root)


class SpartooConnector:
    """One partner's account on one of Spartoo's sites."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        card = card_of(KIND)
        assert card is not None
        self.capabilities = Capabilities(name=card.name, sends=False)
        self._around = around
        self._code = secrets.get("partner_code", "").strip()
        if not self._code:
            raise ChannelError("settings_invalid", "The partner code is missing.", permanent=True)
        url = str(settings.get("base_url") or BASE_URL)
        self._http = Http(url, around, rates=card.limits(dict(settings)))

    def check(self) -> None:
        """Ask for the orders of the last hour. Raises `ChannelError`."""
        self._orders(self._around.now() - timedelta(hours=1))

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield orders since the cursor. The service gives them all at once."""
        del page_size
        now = self._around.now()
        through = cursor.get("through")
        for window in windows(through, now=now, begins=now - FIRST_PULL, overlap=OVERLAP):
            answer = self._orders(window.since)
            yield Page(tuple(_item(one) for one in answer.iter("order")), {"through": iso(now)})

    def send(self, outgoing: Outgoing) -> Receipt:
        """Refuse: Spartoo is answered by mail, the buyer never."""
        del outgoing
        return Receipt(Outcome.REFUSED, "not_by_this_way", "Spartoo is answered by mail.")

    def close(self) -> None:
        """Let go of sockets."""
        self._http.close()

    def _orders(self, since: datetime) -> Element:
        form = {
            "partenaire": self._code,
            "date": f"{since.astimezone(PARIS):%Y-%m-%d:%H:%M:%S}",
        }
        answer = self._http.read("orders", EXPORT, method="POST", data=form)
        return self._checked(parsed(answer.content))

    def _checked(self, root: Element) -> Element:
        """Raise what an answer says went wrong; errors within an order are that order's."""
        errors = [*root.findall("error"), *root.findall("errors/error")]
        if root.tag == "error":
            errors.append(root)
        told = [(text(one, "id"), text(one, "description")) for one in errors]
        words = "; ".join(f"{number} {said}".strip() for number, said in told if said or number)
        if not words or root.find(".//order") is not None:
            return root
        words = words.replace(self._code, "…")
        code = "auth_failed" if ABOUT_KEYS.search(words) else "request_refused"
        raise ApiError(code, words, status=200, permanent=True)


def _item(root: Element) -> RawItem:
    """Keep one order as it came; one that changed is another item."""
    content: bytes = tostring(root, encoding="utf-8")
    version = sha256(content).hexdigest()[:20]
    at = _at(text(root, "last_modified")) or _at(text(root, "date_purchased"))
    return RawItem(f"order/{text(root, 'orders_id')}/{version}", content, "application/xml", at)


def _order(root: Element) -> OrderTold:
    """Tell an order. The buyer's address is left out: only Spartoo writes to buyers."""
    customer, delivery = root.find("customers"), root.find("delivery")
    names = (text(customer, "customers_firstname"), text(customer, "customers_lastname"))
    country = text(delivery, "delivery_country") or text(customer, "customers_country")
    tracking = text(root, "tracking_number")
    return OrderTold(
        number=text(root, "orders_id"),
        placed_at=_at(text(root, "date_purchased")),
        state=_state(root),
        total=amount(root, "order_total"),
        currency=text(root, "currency") or "EUR",
        buyer=Buyer(
            name=" ".join(name for name in names if name),
            country=country.upper() if len(country) == 2 else "",
        ),
        lines=tuple(_line(one) for one in root.iter("product")) or None,
        parcels=(Parcel(tracking_number=tracking),) if tracking else (),
        place=Place(marketplace="spartoo"),
    )


def _line(root: Element) -> Line:
    size = text(root, "products_size")
    name = text(root, "products_name")
    price = amount(root, "products_price_unit_with_reduce") or amount(root, "products_price_unit")
    return Line(
        sku=text(root, "products_size_reference") or text(root, "products_reference"),
        title=f"{name} ({size})" if size else name,
        quantity=int(amount(root, "products_qty") or 1),
        price=price or Decimal(0),
    )


def _state(root: Element) -> str:
    known = STATES.get(text(root, "orders_status_id"))
    if known:
        return known
    name = text(root, "orders_status_name")
    return next((state for state, pattern in NAMED if pattern.search(name)), "")


def _at(said: str) -> datetime | None:
    """Read a moment, which is the time in Paris unless it says otherwise; None for what is none."""
    try:
        found = datetime.fromisoformat(said.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=PARIS)
