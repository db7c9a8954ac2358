"""One seller in one region: check, pull orders, reports and notifications. Replies are mails."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from comptoir.channels.amazon_sp import figures, messaging, news, orders, regions, reports, returns
from comptoir.channels.amazon_sp.account import Account, object_of
from comptoir.channels.amazon_sp.queue import Queue
from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.card import Card
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.http import ApiError, pages_of
from comptoir.channels.kernel.outreach import REVIEW, Offer, Said
from comptoir.channels.kernel.protocol import (
    Capabilities,
    ChannelError,
    Cursor,
    Outcome,
    Outgoing,
    OutgoingFile,
    Page,
    RawItem,
    Receipt,
)
from comptoir.channels.kernel.told import Told
from comptoir.channels.kernel.windows import OVERLAP, iso, moment

KIND = "amazon_sp"
BASE = "/orders/2026-01-01/orders"
INCLUDED = "BUYER,RECIPIENT,PROCEEDS,CANCELLATION,FULFILLMENT,PACKAGES"
FIRST_PULL_DAYS = 30
PAGE_SIZE = 100
SEARCH_EVERY = timedelta(seconds=200)
"""One search in three minutes is what Amazon allows for ever."""
LATE = timedelta(minutes=2)
"""Amazon finds an order two minutes after it changed."""


def connect(
    settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
) -> AmazonConnector:
    """Open an account. Raises `ChannelError` for settings that cannot be."""
    return AmazonConnector(settings, secrets, around)


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what an item tells."""
    value = json.loads(item.content)
    match item.external_id.partition("/")[0]:
        case "order":
            yield from orders.told(value)
        case "return":
            if found := returns.told(value):
                yield found
        case "health" if item.received_at is not None:
            countries = regions.countries(settings)
            yield from figures.told(value, at=item.received_at, countries=countries)


class AmazonConnector:
    """One seller in one region."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        self.capabilities = Capabilities(name="Amazon", sends=False)
        self._settings = settings
        self._around = around
        self._marketplace_ids = regions.marketplace_ids(settings)
        self._account = Account(settings, secrets, around, _card().limits(dict(settings)))
        self._queue = _queue(settings, secrets, around)

    def check(self) -> None:
        """Search for the newest order. Raises `ChannelError` for wrong keys or a missing role."""
        now = self._around.now()
        params = {
            "createdAfter": iso(now - timedelta(hours=1)), "maxResultsPerPage": 1,
            "marketplaceIds": ",".join(self._marketplace_ids),
        }  # fmt: skip
        object_of(self._account.read("search", BASE, params=params))
        if self._queue is not None:
            self._queue.check()

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield what notifications name, then orders by when they changed, then reports."""
        del page_size  # Amazon counts searches, not orders
        place = dict(cursor)
        yield from self._news(place)
        yield from self._search(place)
        yield from self._reports(place)

    def allowed_messages(self, order: str, country: str) -> frozenset[str]:
        """Name the typed messages that an order allows now. Raises `ApiError`."""
        return messaging.allowed(self._account, order, self._storefront(country))

    def language_of_buyer(self, order: str, country: str) -> str:
        """Give the language typed messages are to be written in. Raises `ApiError`."""
        return messaging.language(self._account, order, self._storefront(country))

    def send_typed(
        self,
        kind: str,
        order: str,
        country: str,
        *,
        text: str = "",
        files: Sequence[OutgoingFile] = (),
        more: Mapping[str, str] | None = None,
    ) -> Receipt:
        """Send a typed message (`messaging.KINDS`). Never raises for what Amazon says."""
        to = self._storefront(country)
        return messaging.send(self._account, kind, order, to, text=text, files=files, more=more)

    def ask_for_review(self, order: str, country: str) -> Receipt:
        """Let Amazon ask the buyer for a review, once an order."""
        return messaging.ask_for_review(self._account, order, self._storefront(country))

    def offer(self, order_number: str, country: str) -> Offer:
        """Ask Amazon what the order allows now. Raises `ApiError` where it tells nothing."""
        return messaging.offer(self._account, order_number, self._storefront(country))

    def reach(self, said: Said) -> Receipt:
        """Send a typed message, or let Amazon ask for a review."""
        if said.country not in regions.STOREFRONTS[self._region]:
            return Receipt(Outcome.REFUSED, "settings_invalid", said.country)
        if said.form == REVIEW:
            to = self._storefront(said.country)
            return messaging.ask_for_review(self._account, said.order_number, to, said.may_go)
        return messaging.send(
            self._account, said.form, said.order_number, self._storefront(said.country),
            text=said.text, files=said.files, more=messaging.dates(said.more), may_go=said.may_go,
        )  # fmt: skip

    def subscribe_queue(self, arn: str) -> tuple[str, ...]:
        """Let Amazon write its notifications into a queue, and name the kinds that are new."""
        return news.subscribe(self._account, arn)

    def send(self, outgoing: Outgoing) -> Receipt:
        """Refuse: buyers are answered by mail, the API can not."""
        del outgoing
        return Receipt(Outcome.REFUSED, "not_by_this_way", "Buyers are answered by mail.")

    def close(self) -> None:
        """Let go of sockets."""
        self._account.close()
        if self._queue is not None:
            self._queue.close()

    def _storefront(self, country: str) -> str:
        found = regions.STOREFRONTS[self._region].get(country)
        if found is None:
            raise ChannelError("settings_invalid", f"no storefront {country!r}", permanent=True)
        return found

    @property
    def _region(self) -> str:
        return str(self._settings.get("region") or "eu").lower()

    def _news(self, place: dict[str, Any]) -> Iterator[Page]:
        """Fetch the orders that notifications name, and delete what is stored then."""
        if self._queue is None:
            return
        yield from self._subscribed(place)
        for batch in self._queue.receive():
            found = [one for received in batch if (one := news.read(received.body))]
            for one in found:
                news.heed(one, str(self._settings.get("client_id") or ""), self._around)
            numbers = dict.fromkeys(one.order for one in found if one.order)
            items = [item for number in numbers if (item := self._one_order(number))]
            yield Page(tuple(items), dict(place))
            self._queue.delete(batch)

    def _subscribed(self, place: dict[str, Any]) -> Iterator[Page]:
        """Subscribe the queue once, where its name (ARN) was entered."""
        arn = str(self._settings.get("queue_arn") or "").strip()
        if arn and place.get("subscribed") != arn:
            news.subscribe(self._account, arn)
            place["subscribed"] = arn
            yield Page((), dict(place))

    def _one_order(self, number: str) -> RawItem | None:
        params = {"includedData": INCLUDED}
        try:
            answer = object_of(self._account.read("order", f"{BASE}/{number}", params=params))
        except ApiError as error:
            if error.code in ("not_found", "request_refused"):
                return None  # an order of another storefront, or none any more
            raise
        node = answer.get("order")
        return _item(node) if isinstance(node, dict) and self._is_ours(node) else None

    def _search(self, place: dict[str, Any]) -> Iterator[Page]:
        """Search by windows; one that is half read goes on where it stood."""
        now = self._around.now()
        searched_at = moment(place.get("searched_at"))
        window: dict[str, str] = dict(place.get("window") or {})
        is_due = searched_at is None or not timedelta(0) <= now - searched_at < SEARCH_EVERY
        if not window and not is_due:
            return
        if not window:
            days = float(self._settings.get("first_pull_days") or FIRST_PULL_DAYS)
            stood = moment(place.get("through"))
            since = min(stood, now) - OVERLAP if stood else now - timedelta(days=days)
            window = {"since": iso(since), "until": iso(now - LATE), "token": ""}
        pages = 0
        while window:
            try:
                nodes, token = self._searched(window)
            except ApiError as error:
                if window["token"] and error.status == 400:
                    window = {**window, "token": ""}  # the page is not kept for ever: begin anew
                    continue
                if error.code == "throttled" and (pages or not error.status):
                    return  # goes on with a later pull; without a status it is our own patience
                raise
            pages += 1
            through = place.get("through")
            if token and token != window["token"]:
                window = {**window, "token": token}
            else:
                window, through = {}, window["until"]
            place.update(window=window, through=through, searched_at=iso(now))
            yield Page(tuple(_item(one) for one in nodes if self._is_ours(one)), dict(place))

    def _searched(self, window: Mapping[str, str]) -> tuple[Sequence[Mapping[str, Any]], str]:
        params = {
            "lastUpdatedAfter": window["since"], "lastUpdatedBefore": window["until"],
            "marketplaceIds": ",".join(self._marketplace_ids), "includedData": INCLUDED,
            "maxResultsPerPage": PAGE_SIZE,
        }  # fmt: skip
        if window["token"]:
            params["paginationToken"] = window["token"]
        answer = object_of(self._account.read("search", BASE, params=params))
        nodes = [one for one in pages_of(answer, "orders") if one.get("orderId")]
        pagination = answer.get("pagination")
        token = pagination.get("nextToken") if isinstance(pagination, dict) else None
        return nodes, str(token or "")

    def _is_ours(self, node: Mapping[str, Any]) -> bool:
        """Tell whether an order is of a storefront that is asked for."""
        sold = node.get("salesChannel")
        told = sold.get("marketplaceId") if isinstance(sold, dict) else None
        return told is None or told in self._marketplace_ids

    def _reports(self, place: dict[str, Any]) -> Iterator[Page]:
        """Go a step on with each report; one that may not be had is left until tomorrow."""
        if str(self._settings.get("reports", "true")).lower() in ("false", "off", "no", "0", ""):
            return
        now = self._around.now()
        for want in reports.wanted(self._marketplace_ids):
            stands = dict(place.get("reports") or {})
            before = dict(stands.get(want.name) or {})
            try:
                after, items = reports.step(self._account, want, before, now=now)
            except ApiError as error:
                if error.code == "throttled":
                    continue
                if not error.permanent or error.code == "auth_failed":
                    raise
                after, items = {"asked_at": iso(now), "refused": error.code}, ()
            if after != before or items:
                place["reports"] = stands | {want.name: after}
                yield Page(items, dict(place))


def _queue(settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around) -> Queue | None:
    url = str(settings.get("queue_url") or "").strip()
    if not url:
        return None
    return Queue(
        url,
        str(settings.get("queue_key") or ""),
        secrets.get("queue_secret", ""),
        around,
        region=str(settings.get("queue_region") or ""),
    )


def _item(node: Mapping[str, Any]) -> RawItem:
    """Keep an order as it came; whatever changed in it makes another item."""
    content = json.dumps(node, sort_keys=True, ensure_ascii=False).encode()
    digest = sha256(content).hexdigest()[:24]
    at = moment(node.get("lastUpdatedTime"))
    return RawItem(f"order/{node['orderId']}/{digest}", content, "application/json", at)


def _card() -> Card:
    card = card_of(KIND)
    assert card is not None
    return card
