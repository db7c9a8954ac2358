"""The Walmart connector against our own Walmart, and its requests against Walmart's documents."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.channels.loopback import Answer, Asked
from tests.channels.openapi import Document, document
from tests.channels.specs import needs_specs, spec
from tests.channels.walmart.fake import (
    NOW,
    RELAY,
    SECRETS,
    Walmart,
    epoch,
    line,
    order,
    returned,
    walmart,
)

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.protocol import (
    Call,
    ChannelError,
    Cursor,
    Forged,
    Outcome,
    Outgoing,
    RawItem,
)
from comptoir.channels.kernel.signing import hmac_sha256
from comptoir.channels.kernel.told import CaseTold, FigureTold, OrderTold, Told
from comptoir.channels.walmart import figures, orders, returns
from comptoir.channels.walmart.connector import WalmartConnector, connect, read

SPECS = ("authentication", "order-management", "returns-management", "insights-management",
         "notifications-management")  # fmt: skip
PUSHED_TO = "https://desk.example/push/abc"
NEXT_PAGE = frozenset({"hasMoreElements", "soIndex", "limit"})


class Frozen:
    """A clock to move."""

    def __init__(self) -> None:
        self.now = NOW + timedelta(hours=1)

    def around(self) -> Around:
        return Around(now=lambda: self.now)


@pytest.fixture
def world() -> Frozen:
    return Frozen()


@pytest.fixture
def shop() -> Iterator[Walmart]:
    with walmart() as running:
        yield running


@pytest.fixture
def account(shop: Walmart, world: Frozen) -> WalmartConnector:
    return connect(shop.settings, SECRETS, world.around())


def pulled(account: WalmartConnector, cursor: Cursor | None = None) -> tuple[list[RawItem], Cursor]:
    found, stands = {}, cursor or {}
    for page in account.pull(stands):
        found |= {item.external_id: item for item in page.items}
        stands = json.loads(json.dumps(page.cursor))
    return list(found.values()), stands


def told(items: list[RawItem], settings: dict[str, str]) -> list[Told]:
    return [one for item in items for one in read(item, settings)]


def documents() -> list[Document]:
    return [document(spec(f"walmart/{name}.openapi.json")) for name in SPECS]


def faults(asked: Asked) -> list[str]:
    """Hold a request against its document; a next page is Walmart's own query and not ours."""
    is_next = set(asked.query) == NEXT_PAGE
    for one in documents():
        if one.operation(asked) is not None:
            is_form = asked.path == "/v3/token"
            shown = (
                replace(asked, body=b'{"grant_type": "client_credentials"}') if is_form else asked
            )
            return one.faults(shown, strict=not is_next)
    return [f"in no document: {asked.method} {asked.path}"]


@needs_specs
def test_every_request_is_one_of_walmarts_documents(
    shop: Walmart, account: WalmartConnector
) -> None:
    shop.orders += [order(f"10870000000000{n}") for n in range(5)]
    shop.returns.append(returned())
    shop.rate = {"updatedTimestamp": "2026-03-06T00:00:00Z", "cumulativeRate": 97.5}
    account.check()
    pulled(account)
    account.subscribe(PUSHED_TO)
    account.receive(event("PO_CREATED", purchaseOrderId="108700000000001"))
    account.receive(event("RETURN_CREATED", returnOrderId="103738048909818825"))

    assert [fault for asked in shop.vendor.asked for fault in faults(asked)] == []
    assert {asked.path for asked in shop.vendor.asked} == {
        "/v3/token", "/v3/orders", "/v3/returns", "/v3/insights/performance/srr/summary",
        "/v3/webhooks/subscriptions", "/v3/orders/108700000000001",
    }  # fmt: skip


@needs_specs
def test_walmarts_own_examples_are_read() -> None:
    found: list[Told] = []
    for name, path, split, item in (
        ("order-management", "/v3/orders", orders._split, orders.item_of),
        ("returns-management", "/v3/returns", returns._split, returns._item),
    ):
        examples = [v for m, p, v in document(spec(f"walmart/{name}.openapi.json")).examples()
                    if (m, p) == ("get", path) and isinstance(v, dict)]  # fmt: skip
        assert examples
        for one in examples:
            for each in split(one)[0]:
                found += told([item(each)], {})
    assert {type(one) for one in found} == {OrderTold}
    numbers = [one.number for one in found if isinstance(one, OrderTold)]
    assert "5281956426648" in numbers
    assert any(one.returns for one in found if isinstance(one, OrderTold))


def test_each_call_carries_a_new_id_and_the_token_apart(
    shop: Walmart, account: WalmartConnector
) -> None:
    shop.orders.append(order())
    account.check()
    pulled(account)
    ids = [one.headers["wm_qos.correlation_id"] for one in shop.vendor.asked]
    assert len(set(ids)) == len(ids)
    assert {one.headers.get("wm_sec.access_token") for one in shop.vendor.asked[1:]} == {"t1"}
    assert {one.headers["wm_svc.name"] for one in shop.vendor.asked} == {"Walmart Marketplace"}


def test_order_is_told_whole(shop: Walmart, account: WalmartConnector) -> None:
    shop.orders.append(order())
    (one,) = told(pulled(account)[0], shop.settings)
    assert isinstance(one, OrderTold)
    assert (one.number, one.state, one.total, one.currency) == (
        "123456789012345", "shipped", Decimal("54.0"), "USD",
    )  # fmt: skip
    assert (one.buyer.alias, one.buyer.name, one.buyer.country) == (
        RELAY.lower(), "Maya Brooks", "US",
    )  # fmt: skip
    assert [(p.tracking_number, p.carrier, p.shipped_at) for p in one.parcels] == [
        ("7961", "FedEx", NOW),
    ]
    assert one.lines is not None
    assert [(x.sku, x.quantity, x.price) for x in one.lines] == [("C-1", 1, Decimal("49.90"))]


@pytest.mark.parametrize(
    ("statuses", "state"),
    [(["Created"], "pending"), (["Shipped", "Acknowledged"], "pending"),
     (["Shipped", "Cancelled"], "shipped"), (["Delivered", "Delivered"], "delivered"),
     (["Cancelled", "Cancelled"], "cancelled")],
)  # fmt: skip
def test_order_is_as_far_as_its_living_lines(statuses: list[str], state: str) -> None:
    item = orders.item_of(order("1", *(line(one) for one in statuses)))
    (one,) = told([item], {})
    assert isinstance(one, OrderTold)
    assert one.state == state


def test_number_an_order_is_known_by_is_a_setting(shop: Walmart) -> None:
    items = [orders.item_of(order()), returns._item(returned())]
    by = {
        one: {
            told_.number
            for told_ in told(items, {"order_number": one})
            if isinstance(told_, OrderTold)
        }
        for one in ("customer", "purchase")
    }
    assert by == {"customer": {"123456789012345"}, "purchase": {"108700000000001"}}


def test_wish_to_cancel_is_a_case_until_it_is_too_late(shop: Walmart) -> None:
    def wish(status: str) -> Any:
        item = orders.item_of(order("9", line(status, intentToCancel="true")))
        return next(one for one in told([item], {}) if isinstance(one, CaseTold))

    assert (wish("Created").state, wish("Shipped").state) == ("opened", "closed")
    assert wish("Created").external_id == wish("Shipped").external_id
    quiet = orders.item_of(order("9", line("Created", intentToCancel="false")))
    assert not [one for one in told([quiet], {}) if isinstance(one, CaseTold)]


def test_refund_is_told_with_its_sum() -> None:
    charge = {"chargeType": "PRODUCT", "chargeName": "Item Price",
              "chargeAmount": {"currency": "USD", "amount": -10.0},
              "tax": {"taxAmount": {"currency": "USD", "amount": -0.8}}}  # fmt: skip
    refund = {"refundId": "r1", "refundComments": "Chipped",
              "refundCharges": {"refundCharge": [{"refundReason": "X", "charge": charge}]}}  # fmt: skip
    (one,) = told([orders.item_of(order("9", line(refund=refund)))], {})
    assert isinstance(one, OrderTold)
    assert [(r.external_id, r.amount, r.currency) for r in one.refunds] == [
        ("r1", Decimal("10.8"), "USD"),
    ]


@pytest.mark.parametrize(
    ("status", "state"),
    [("INITIATED", "requested"), ("DELIVERED", "received"), ("COMPLETED", "closed")],
)
def test_return_is_told_of_its_order(status: str, state: str) -> None:
    (one,) = told([returns._item(returned(status=status))], {})
    assert isinstance(one, OrderTold)
    (back,) = one.returns
    assert (back.state, back.reason, back.carrier, back.tracking_number, back.lines) == (
        state, "DEFECTIVE: Chipped", "FEDEX", "785611449666", (("C-1", "Casserole", 1),),
    )  # fmt: skip


def test_response_rate_is_a_share_with_what_is_asked(
    shop: Walmart, account: WalmartConnector
) -> None:
    shop.rate = {"updatedTimestamp": "2026-03-06T00:00:00Z", "cumulativeRate": 97.5,
                 "reportDuration": 30, "performanceStandard": ">= 95%",
                 "performanceRiskLevel": "GOOD",
                 "sellerAccountableDrivers": {"trackOrderRate": 99.0}}  # fmt: skip
    found = [one for one in told(pulled(account)[0], {}) if isinstance(one, FigureTold)]
    assert [(one.name, one.value, one.threshold, one.word) for one in found] == [
        ("response_rate", Decimal("0.975"), Decimal("0.95"), ""),
        ("response_risk", None, None, "GOOD"),
        ("response_rate_track_order", Decimal("0.99"), None, ""),
    ]
    assert (found[0].until - found[0].since).days == figures.DAYS  # type: ignore[operator]


def test_pull_reads_every_page_and_goes_on_from_its_cursor(
    shop: Walmart, account: WalmartConnector, world: Frozen
) -> None:
    shop.orders += [order(f"10870000000000{n}") for n in range(5)]
    items, cursor = pulled(account)
    assert len([one for one in items if one.external_id.startswith("order/")]) == 5
    asked = len(shop.vendor.asked)
    world.now += timedelta(minutes=2)
    pulled(account, cursor)

    again = next(one for one in shop.vendor.asked[asked:] if one.path == "/v3/orders")
    assert (again.query["lastModifiedStartDate"], again.query["lastModifiedEndDate"]) == (
        "2026-03-06T09:55:00Z", "2026-03-06T10:02:00Z",
    )  # fmt: skip
    assert not [one for one in shop.vendor.asked[asked:] if "insights" in one.path]


def test_nothing_sold_is_no_trouble(shop: Walmart, account: WalmartConnector) -> None:
    """Walmart answers 404 where a list is empty."""
    account.check()
    assert pulled(account)[0] == []


def test_empty_bucket_is_waited_for(shop: Walmart, world: Frozen) -> None:
    account = connect(shop.settings, SECRETS, replace(world.around(), patience_seconds=0.5))
    account.check()
    later = epoch(world.now + timedelta(seconds=30))
    headers = {"x-current-token-count": "0", "x-next-replenishment-time": str(later)}
    shop.vendor.fails_with(Answer(404, headers=headers))
    account.check()
    with pytest.raises(ChannelError) as caught:
        account.check()
    assert caught.value.code == "throttled"


def test_check_tells_wrong_keys(shop: Walmart, account: WalmartConnector) -> None:
    shop.keys = "app:other"
    with pytest.raises(ChannelError) as caught:
        account.check()
    assert (caught.value.code, caught.value.permanent) == ("auth_failed", True)


def test_replies_do_not_leave_by_this_way(account: WalmartConnector) -> None:
    receipt = account.send(Outgoing("k", "m", "", "", "", "", "", "Hello"))
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "not_by_this_way")


def event(kind: str, *, secret: str = "hush", at: datetime = NOW, **payload: Any) -> Call:
    source = {"eventType": kind, "eventId": "e1", "eventTime": "2026-03-06T09:00:00Z"}
    body = json.dumps({"source": source, "payload": payload}).encode()
    headers = {"x-comptoir-signature": hmac_sha256(secret, body).hex()}
    return Call("POST", {}, headers, body, at, PUSHED_TO)


def test_event_brings_the_order_it_names(shop: Walmart, account: WalmartConnector) -> None:
    shop.orders.append(order())
    taken = account.receive(event("PO_CREATED", purchaseOrderId="108700000000001"))
    assert [item.external_id for item in taken.items] == [
        orders.item_of(shop.orders[0]).external_id
    ]


def test_event_about_a_return_brings_the_return(shop: Walmart, account: WalmartConnector) -> None:
    shop.returns.append(returned())
    call = event("RETURN_DELIVERED", returnOrders=[{"returnOrderId": "103738048909818825"}])
    assert [one.external_id for one in account.receive(call).items] == [
        returns._item(returned()).external_id
    ]


def test_event_is_taken_also_when_its_order_cannot_be_had(
    shop: Walmart, account: WalmartConnector
) -> None:
    shop.vendor.fails_with(*[Answer(500)] * 9)
    taken = account.receive(event("PO_CREATED", purchaseOrderId="108700000000001"))
    assert (taken.status, taken.items) == (200, ())


def test_event_in_base64_is_taken_too(account: WalmartConnector) -> None:
    call = event("BUY_BOX_CHANGED")
    signed = base64.b64encode(hmac_sha256("hush", call.body)).decode()
    taken = account.receive(replace(call, headers={"x-comptoir-signature": signed}))
    assert (taken.status, taken.items) == (200, ())


def test_forged_events_are_refused(account: WalmartConnector) -> None:
    good = event("PO_CREATED", purchaseOrderId="1")
    for call in (
        event("PO_CREATED", secret="other"),
        replace(good, body=good.body + b" "),
        replace(good, headers={}),
    ):
        with pytest.raises(Forged):
            account.receive(call)


def canonical(body: bytes, stamp: str) -> bytes:
    said = "\n".join(("POST", "/push/abc", stamp, hashlib.sha256(body).hexdigest()))
    return hmac_sha256("hush", said)


def test_signature_over_the_whole_request_can_be_chosen(shop: Walmart, world: Frozen) -> None:
    settings = {**shop.settings, "push_auth": "hmac_request", "push_header": "WM_SEC.SIGNATURE"}
    account = connect(settings, SECRETS, world.around())
    call = event("BUY_BOX_CHANGED")

    def signed(at: datetime) -> Call:
        stamp = str(epoch(at))
        headers = {"wm_sec.timestamp": stamp,
                   "wm_sec.signature": canonical(call.body, stamp).hex()}  # fmt: skip
        return replace(call, headers=headers)

    assert account.receive(signed(NOW)).status == 200
    with pytest.raises(Forged):
        account.receive(signed(NOW - timedelta(hours=1)))


def test_name_and_password_can_be_chosen(shop: Walmart, world: Frozen) -> None:
    account = connect({**shop.settings, "push_auth": "basic"}, SECRETS, world.around())
    told_ = base64.b64encode(b"comptoir:hush").decode()
    call = replace(event("BUY_BOX_CHANGED"), headers={"x-comptoir-signature": told_})
    assert account.receive(call).status == 200
    with pytest.raises(Forged):
        account.receive(replace(call, headers={"x-comptoir-signature": "bm8="}))


def test_events_are_subscribed_to_once(shop: Walmart, account: WalmartConnector) -> None:
    assert "PO_CREATED" in account.subscribe(PUSHED_TO)
    assert account.subscribe(PUSHED_TO) == ()
    assert {one["authDetails"]["authMethod"] for one in shop.subscriptions} == {"HMAC"}
