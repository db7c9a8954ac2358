"""One shop: check, pull orders and disputes, take pushes, subscribe to them. Replies are mails."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.card import Card
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.http import ApiError, Auth, pages_of
from comptoir.channels.kernel.oauth import TokenAuth, ask_for_token
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
from comptoir.channels.kernel.windows import OVERLAP, iso, moment
from comptoir.channels.shopify import disputes, orders, pushes, queries
from comptoir.channels.shopify.client import Client, StaticAuth, in_words, object_in

KIND = "shopify"
VERSION = "2026-07"
FIRST_PULL_DAYS = 60
"""An app sees older orders only with the scope `read_all_orders` (shopify.dev, access scopes)."""
DISPUTES_EVERY = timedelta(minutes=15)
DISPUTES_BACK = timedelta(days=180)
PAGE_SIZE = 5
"""Orders a page: one question may cost 1000 points, and an order brings its whole history. Where
Shopify finds it too costly all the same, the page is halved."""
PUSH_SECONDS = 3.0
"""Shopify waits five seconds for the answer to a push."""
NEEDED_SCOPE = "read_orders"


def connect(
    settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
) -> ShopifyConnector:
    """Open a shop. Raises `ChannelError` for settings that cannot be."""
    return ShopifyConnector(settings, secrets, around)


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what an item tells. Topics that change no order tell nothing."""
    node = json.loads(item.content)
    kind = item.external_id.partition("/")[0]
    shop = shop_of(settings)
    if kind == "order":
        yield from orders.told(node, shop)
    elif kind == "dispute":
        yield disputes.told(node, shop)
    elif item.meta.get("topic") in pushes.ORDER_TOPICS:
        yield pushes.order(node)


def shop_of(settings: Mapping[str, Any]) -> str:
    """Give the shop's permanent host name, also out of an address of its admin."""
    text = str(settings.get("shop") or "").strip().lower()
    host = text.partition("://")[2] or text
    host = host.partition("/")[0]
    return host if "." in host or not host else f"{host}.myshopify.com"


class ShopifyConnector:
    """One shop."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        self.capabilities = Capabilities(name="Shopify", sends=False)
        self._settings = settings
        self._secrets = secrets
        self._around = around
        self._client = self._open(around)
        self._scopes: frozenset[str] | None = None

    def check(self) -> None:
        """Ask who we are. Raises `ChannelError` for a wrong shop or key, or a missing right."""
        try:
            scopes = self._granted()
        except ApiError as error:
            raise in_words(error) from error
        if NEEDED_SCOPE not in scopes:
            words = (
                f"The app may not read orders: add the scope {NEEDED_SCOPE} and install it again."
            )
            raise ChannelError("forbidden", words, permanent=True)

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield pages of orders that changed, by when they changed, then of disputes."""
        try:
            yield from self._orders(dict(cursor), min(page_size, PAGE_SIZE))
        except ApiError as error:
            raise in_words(error) from error

    def receive(self, call: Call) -> Pushed:
        """Verify a push, and give it, or what it is about, to be stored.

        The identity of what is told whole is its bytes: they are signed, Shopify's numbers of a
        delivery in the headers are not. Raises `Forged`; another `ChannelError` makes Shopify
        come again.
        """
        pushes.verify(call, *self._push_secrets())
        topic = call.headers.get("x-shopify-topic", "").lower()
        if topic in pushes.ORDER_TOPICS:
            name = f"push/{sha256(call.body).hexdigest()}"
            meta = {
                "topic": topic,
                "delivery": call.headers.get("x-shopify-webhook-id", ""),
                "event": call.headers.get("x-shopify-event-id", ""),
            }
            at = moment(call.headers.get("x-shopify-triggered-at")) or call.received_at
            return Pushed((RawItem(name, call.body, "application/json", at, meta),))
        try:
            payload = json.loads(call.body)
        except ValueError:
            return Pushed()  # signed, and still no news: asking for it again brings the same
        found = pushes.about(topic, payload) if isinstance(payload, dict) else None
        return Pushed(tuple(self._fetched(found)) if found else ())

    def subscribe(self, address: str) -> tuple[str, ...]:
        """Let the shop push its news to an address, and name the topics that are new.

        Shopify deletes a subscription whose pushes fail for hours, so this may be called again.
        Topics that the app may not hear of are left out, and so are all where the app's secret is
        not known: it signs what the app subscribes to. Raises `ApiError`.
        """
        if not self._secrets.get("client_secret"):
            return ()
        found = self._client.pages(
            "subscriptions", queries.SUBSCRIPTIONS, "webhookSubscriptions", uri=address
        )
        known = {str(one.get("topic")) for page in found for one in page}
        topics = [topic for topic in pushes.TOPICS if topic not in known]
        return tuple(topic for topic in topics if self._subscribed(topic, address))

    def send(self, outgoing: Outgoing) -> Receipt:
        """Refuse: buyers of a shop are answered by mail."""
        del outgoing
        return Receipt(Outcome.REFUSED, "not_by_this_way", "Buyers are answered by mail.")

    def close(self) -> None:
        """Let go of sockets."""
        self._client.close()

    def _open(self, around: Around, *, timeout_seconds: float = 30.0) -> Client:
        given = str(self._settings.get("base_url") or "").strip()
        base_url = given or f"https://{shop_of(self._settings)}"
        version = str(self._settings.get("api_version") or VERSION)
        rates = _card().limits(dict(self._settings))
        return Client(
            base_url,
            version,
            around,
            auth=self._auth(base_url),
            rates=rates,
            timeout_seconds=timeout_seconds,
        )

    def _auth(self, base_url: str) -> Auth:
        if token := self._secrets.get("token"):
            return StaticAuth(token)
        client_id = str(self._settings.get("client_id") or "")
        secret = self._secrets.get("client_secret", "")
        if not client_id or not secret:
            words = "Enter the app's client ID and secret, or the access token of an older app."
            raise ChannelError("settings_invalid", words, permanent=True)
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": secret,
        }
        return TokenAuth(
            self._around,
            lambda: ask_for_token(f"{base_url}/admin/oauth/access_token", form, self._around),
            header="x-shopify-access-token",
            prefix="",
            lifetime_seconds=86_399,
        )

    def _subscribed(self, topic: str, address: str) -> bool:
        """Subscribe to one topic; False where the app may not hear of it."""
        to = {"uri": address, "format": "JSON"}
        try:
            answer = self._client.change("subscribe", queries.SUBSCRIBE, topic=topic, to=to)
        except ApiError as error:
            if error.code != "forbidden":
                raise
            return False
        return not pages_of(answer.get("webhookSubscriptionCreate"), "userErrors")

    def _push_secrets(self) -> list[str]:
        """Give what signs pushes: those made in the admin have a secret of their own, else the app's."""
        given = (self._secrets.get("push_secret"), self._secrets.get("client_secret"))
        return [secret for secret in given if secret]

    def _granted(self) -> frozenset[str]:
        if self._scopes is None:
            installed = object_in(self._client.ask("who", queries.WHO), "currentAppInstallation")
            found = pages_of(installed, "accessScopes")
            self._scopes = frozenset(str(one.get("handle")) for one in found)
        return self._scopes

    def _may(self, scope: str) -> bool:
        return bool({scope, scope.replace("read_", "write_")} & self._granted())

    def _parts(self) -> dict[str, bool]:
        return {"customers": self._may("read_customers"), "returns": self._may("read_returns")}

    def _orders(self, cursor: dict[str, Any], page_size: int) -> Iterator[Page]:
        now = self._around.now()
        days = float(self._settings.get("first_pull_days") or FIRST_PULL_DAYS)
        stood = moment(cursor.get("through"))
        since = min(stood, now) - OVERLAP if stood else now - timedelta(days=days)
        parts = self._parts()
        began = min(now, self._client.vendor_now or now)
        asked = {"since": f"updated_at:>='{iso(since)}'", **parts}
        for nodes in self._client.pages(
            "orders", queries.ORDERS, "orders", first=page_size, **asked
        ):
            items = tuple(_item("order", self._with_lines(node)) for node in nodes)
            reached = [at for node in nodes if (at := moment(node.get("updatedAt")))]
            cursor = {**cursor, "through": iso(max(reached, default=since))}
            yield Page(items, cursor)
        cursor = {**cursor, "through": iso(began)}
        yield Page((), cursor)
        yield from self._disputes(cursor)

    def _disputes(self, cursor: dict[str, Any]) -> Iterator[Page]:
        """Ask for disputes now and then: they have no order by change, and are few."""
        now = self._around.now()
        asked_at = moment(cursor.get("disputes_at"))
        is_due = asked_at is None or not timedelta(0) <= now - asked_at < DISPUTES_EVERY
        if not is_due or not self._may("read_shopify_payments_disputes"):
            return
        since = f"initiated_at:>={(now - DISPUTES_BACK).date().isoformat()}"
        pages = self._client.pages("disputes", queries.DISPUTES, "disputes", first=50, since=since)
        for nodes in pages:
            yield Page(tuple(_item("dispute", node) for node in nodes), cursor)
        yield Page((), {**cursor, "disputes_at": iso(now)})

    def _with_lines(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Add the lines of an order that has more than one page of them."""
        lines = object_in(node, "lineItems")
        nodes = list(pages_of(lines, "nodes"))
        info = object_in(lines, "pageInfo")
        while info.get("hasNextPage") and (after := info.get("endCursor")):
            asked = self._client.ask("orders", queries.MORE_LINES, id=node["id"], after=after)
            more = object_in(object_in(asked, "order"), "lineItems")
            nodes += pages_of(more, "nodes")
            info = object_in(more, "pageInfo")
            if info.get("endCursor") == after:
                break
        return {**node, "lineItems": {"nodes": nodes}}

    def _fetched(self, found: pushes.About) -> Iterator[RawItem]:
        """Ask what a push is about, as fast as its answer has to be."""
        self._client.close()
        self._client = self._open(
            replace(self._around, patience_seconds=PUSH_SECONDS), timeout_seconds=PUSH_SECONDS
        )
        if found.what == "dispute":
            answer = self._client.ask("disputes", queries.ONE_DISPUTE, id=found.gid)
        else:
            answer = self._client.ask("orders", queries.ONE_ORDER, id=found.gid, **self._parts())
        if node := object_in(answer, found.what):
            yield _item(found.what, self._with_lines(node) if found.what == "order" else node)


def _item(kind: str, node: Mapping[str, Any]) -> RawItem:
    """Keep a node as it came; whatever changed in it makes another item."""
    content = json.dumps(node, sort_keys=True, ensure_ascii=False).encode()
    name = str(node.get("legacyResourceId") or node.get("id"))
    at = moment(node.get("updatedAt")) or moment(node.get("initiatedAt"))
    digest = sha256(content).hexdigest()[:24]
    return RawItem(f"{kind}/{name}/{digest}", content, "application/json", at)


def _card() -> Card:
    card = card_of(KIND)
    assert card is not None
    return card
