"""The Shopify connector against a shop on loopback: good days, bad days, pushes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from tests.channels.loopback import Answer, Vendor, vendor
from tests.channels.shopify.shop import Shop, dispute, line, order, page

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.protocol import Call, ChannelError, Cursor, Forged, RawItem
from comptoir.channels.kernel.signing import hmac_sha256
from comptoir.channels.shopify import connector, pushes

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
AT = NOW - timedelta(hours=3)
SECRET = "hush"


@pytest.fixture
def shop() -> Shop:
    return Shop(orders=[order(1001, AT)])


@pytest.fixture
def running(shop: Shop) -> Iterator[Vendor]:
    with vendor(shop.handle) as found:
        yield found


def opened(running: Vendor, *, now: datetime = NOW, **secrets: str) -> connector.ShopifyConnector:
    around = replace(Around.alone(), now=lambda: now)
    given = secrets or {"token": "shpat_good", "push_secret": SECRET}
    settings = {"shop": "maison-perrin", "base_url": running.url, "client_id": "id"}
    return connector.connect(settings, given, around)


def pull(
    running: Vendor, cursor: Cursor | None = None, *, now: datetime = NOW
) -> tuple[list[RawItem], Cursor]:
    with closing(opened(running, now=now)) as one:
        pages = list(one.pull(cursor or {}))
    return [item for found in pages for item in found.items], pages[-1].cursor


def call(topic: str, body: bytes, secret: str = SECRET, **headers: str) -> Call:
    signed = base64.b64encode(hmac_sha256(secret, body)).decode()
    given = {"x-shopify-topic": topic, "x-shopify-hmac-sha256": signed, **headers}
    return Call("POST", {}, given, body, NOW)


def code_of(running: Vendor, **secrets: str) -> str:
    with closing(opened(running, **secrets)) as one, pytest.raises(ChannelError) as caught:
        one.check()
    return caught.value.code


def test_check_says_what_is_wrong(shop: Shop, running: Vendor) -> None:
    with closing(opened(running)) as one:
        one.check()
    assert code_of(running, token="wrong") == "auth_failed"
    shop.scopes = ("read_products",)
    assert code_of(running) == "forbidden"
    for status, code in ((402, "forbidden"), (404, "not_found"), (423, "forbidden")):
        running.fails_with(Answer(status))
        assert code_of(running) == code
    running.fails_with(Answer(body=b"<html>"))
    assert code_of(running) == "bad_answer"


def test_without_any_key_it_says_what_to_enter(running: Vendor) -> None:
    with pytest.raises(ChannelError) as caught:
        connector.connect({"shop": "m", "base_url": running.url}, {}, Around.alone())
    assert caught.value.code == "settings_invalid"


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("maison-perrin", "maison-perrin.myshopify.com"),
        ("Maison-Perrin.myshopify.com", "maison-perrin.myshopify.com"),
        ("https://maison-perrin.myshopify.com/admin", "maison-perrin.myshopify.com"),
    ],
)
def test_shop_is_found_in_what_people_paste(typed: str, host: str) -> None:
    assert connector.shop_of({"shop": typed}) == host


def test_client_credentials_are_exchanged_and_renewed_when_refused(
    shop: Shop, running: Vendor
) -> None:
    with closing(opened(running, client_secret="s")) as one:
        one.check()
        shop.good_tokens = set()
        list(one.pull({}))
    assert shop.tokens_made == 2
    asked = [one for one in running.asked if one.path.endswith("access_token")]
    assert b"grant_type=client_credentials" in asked[0].body


def test_pull_pages_through_everything_and_goes_on_where_it_stood(
    shop: Shop, running: Vendor
) -> None:
    shop.orders = [order(1000 + n, AT + timedelta(minutes=n)) for n in range(12)]
    items, cursor = pull(running)
    assert len({item.external_id for item in items}) == 12
    assert cursor["through"] == "2026-11-20T12:00:00Z"

    shop.orders.append(order(1050, NOW + timedelta(minutes=1)))
    later, _ = pull(running, cursor, now=NOW + timedelta(minutes=2))
    assert [item.external_id.split("/")[1] for item in later] == ["1050"]


def test_pull_that_breaks_off_goes_on_after_the_last_page(shop: Shop, running: Vendor) -> None:
    shop.orders = [order(1000 + n, AT + timedelta(minutes=10 * n)) for n in range(12)]
    with closing(opened(running)) as one:
        pages = one.pull({})
        first = next(pages)
    assert first.cursor["through"] == "2026-11-20T09:40:00Z"

    items, _ = pull(running, first.cursor)
    assert {int(item.external_id.split("/")[1]) for item in items} == set(range(1004, 1012))


def test_a_clock_of_ours_that_runs_ahead_loses_nothing(shop: Shop, running: Vendor) -> None:
    shop.date = format_datetime(NOW, usegmt=True)
    _, cursor = pull(running, now=NOW + timedelta(minutes=20))
    assert cursor["through"] == "2026-11-20T12:00:00Z"


def test_the_same_order_is_the_same_item_until_it_changes(shop: Shop, running: Vendor) -> None:
    before, _ = pull(running)
    again, _ = pull(running)
    shop.orders[0]["cancelledAt"] = "2026-11-20T10:00:00Z"
    after, _ = pull(running)
    assert before[0].external_id == again[0].external_id != after[0].external_id


def test_no_points_left_is_waited_for(shop: Shop, running: Vendor) -> None:
    shop.points_left = 10.0
    items, _ = pull(running)
    assert len(items) == 1


def test_a_page_that_costs_too_much_is_halved(shop: Shop, running: Vendor) -> None:
    shop.page_cost_max = 250
    shop.orders = [order(1000 + n, AT) for n in range(3)]
    shop.scopes = ("read_orders",)
    items, _ = pull(running)
    firsts = [one.json["variables"].get("first") for one in running.asked]
    assert len(items) == 3
    assert firsts == [None, 5, 2, 1, 1, 1]


def test_an_order_with_many_lines_comes_whole(shop: Shop, running: Vendor) -> None:
    shop.orders = [order(1001, AT, lineItems=page([line("A")], "c1"))]
    shop.more_lines["gid://shopify/Order/1001"] = [line("B"), line("C")]
    items, _ = pull(running)
    (told,) = connector.read(items[0], {"shop": "m"})
    assert [one.sku for one in told.lines] == ["A", "B", "C"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "bad",
    [
        Answer(500), Answer(429, headers={"retry-after": "1"}), Answer(502, body="<html>"),
        Answer(breaks="before"), Answer(breaks="after", body='{"data"'),
        Answer(body={"errors": [{"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}),
    ],
)  # fmt: skip
def test_what_fails_once_is_asked_again(running: Vendor, bad: Answer) -> None:
    running.fails_with(bad)
    items, _ = pull(running)
    assert len(items) == 1


def test_empty_answers_move_nothing_and_break_nothing(shop: Shop, running: Vendor) -> None:
    shop.orders = []
    assert pull(running)[0] == []
    running.fails_with(Answer(body=b""))
    with pytest.raises(ChannelError) as caught:
        pull(running)
    assert caught.value.code == "bad_answer"


def test_a_refused_field_leaves_the_rest(shop: Shop, running: Vendor) -> None:
    who = {"data": shop.data("Who", {})}
    path = ["orders", "nodes", 0, "customer"]
    denied = {"message": "not approved", "path": path, "extensions": {"code": "ACCESS_DENIED"}}
    data = shop.data("Orders", {"since": "x '2026-01-01'", "after": None, "first": 5})
    data["orders"]["nodes"][0]["customer"] = None
    running.fails_with(Answer(body=who), Answer(body={"data": data, "errors": [denied]}))
    items, _ = pull(running)
    assert len(items) == 1


def test_parts_without_their_scope_are_not_asked_for(shop: Shop, running: Vendor) -> None:
    shop.scopes = ("read_orders", "write_returns")
    pull(running)
    asked = next(one.json for one in running.asked if "query Orders" in one.json["query"])
    assert (asked["variables"]["customers"], asked["variables"]["returns"]) == (False, True)
    assert not [one for one in running.asked if b"query Disputes" in one.body]


def test_disputes_are_asked_for_now_and_then(shop: Shop, running: Vendor) -> None:
    shop.disputes = [dispute(3, AT)]
    items, cursor = pull(running)
    assert [item.external_id.split("/")[0] for item in items] == ["order", "dispute"]
    assert len(pull(running, cursor, now=NOW + timedelta(minutes=10))[0]) == 0
    assert len(pull(running, cursor, now=NOW + timedelta(minutes=16))[0]) == 1


def test_a_forged_push_is_refused_before_it_is_parsed(running: Vendor) -> None:
    body = b'{"name": "#1001"'
    with closing(opened(running)) as one:
        for bad in (
            call("orders/create", body, secret="other"),
            replace(call("orders/create", body), body=body + b" "),
            Call("POST", {}, {}, body, NOW),
        ):
            with pytest.raises(Forged):
                one.receive(bad)
    with closing(opened(running, token="shpat_good")) as without, pytest.raises(Forged):
        without.receive(call("orders/create", body, secret=""))
    assert running.asked == []


def test_a_pushed_order_is_kept_raw_and_a_replay_is_the_same_item(running: Vendor) -> None:
    body = json.dumps({"name": "#1001", "id": 1001}).encode()
    with closing(opened(running)) as one:
        (first,) = one.receive(call("orders/create", body, **{"x-shopify-webhook-id": "a"})).items
        (again,) = one.receive(call("orders/create", body, **{"x-shopify-webhook-id": "b"})).items
    assert first.content == body
    assert first.external_id == again.external_id
    assert running.asked == []


def test_a_thin_push_brings_its_order_as_the_pull_would(running: Vendor) -> None:
    body = json.dumps({"id": 9, "order_id": 1001}).encode()
    with closing(opened(running)) as one:
        (item,) = one.receive(call("refunds/create", body)).items
    assert item.external_id == pull(running)[0][0].external_id


def test_a_thin_push_while_the_shop_is_down_is_asked_for_again(running: Vendor) -> None:
    running.fails_with(*[Answer(503)] * 20)
    body = json.dumps({"id": 9, "order_id": 1001}).encode()
    with closing(opened(running)) as one, pytest.raises(ChannelError) as caught:
        one.receive(call("refunds/create", body))
    assert not isinstance(caught.value, Forged)


def test_news_of_other_things_are_taken_and_ask_for_nothing(running: Vendor) -> None:
    with closing(opened(running)) as one:
        for body in (b'{"id": 5}', b"[]", b"no json"):
            assert one.receive(call("app/uninstalled", body)).items == ()
    assert running.asked == []


def test_a_pushed_order_never_goes_backwards() -> None:
    (late,) = _read({"name": "#1001", "fulfillment_status": None})
    (sent,) = _read({"name": "#1001", "fulfillment_status": "fulfilled"})
    (off,) = _read({"name": "#1001", "cancelled_at": "2026-11-20T10:00:00Z"})
    assert (late.state, sent.state, off.state) == ("", "shipped", "cancelled")


def test_a_pushed_refund_and_parcel_are_read() -> None:
    (told,) = _read({
        "name": "#1001", "currency": "EUR",
        "fulfillments": [{
            "status": "success", "created_at": "2026-11-20T10:00:00Z", "shipment_status": None,
            "tracking_company": "Colissimo", "tracking_numbers": ["6A1", None],
            "tracking_urls": ["https://suivi.example/6A1"],
        }, {"status": "cancelled", "tracking_numbers": ["6A0"]}],
        "line_items": [{
            "sku": "L-1", "quantity": 2, "price": "10.00",
            "discount_allocations": [{"amount_set": {"presentment_money": {"amount": "3.00"}}}],
        }],
        "refunds": [{
            "id": 9, "processed_at": "2026-11-20T11:00:00Z", "note": "Rayure",
            "transactions": [
                {"kind": "refund", "status": "success", "amount": "5.00", "currency": "EUR"},
                {"kind": "refund", "status": "failure", "amount": "5.00", "currency": "EUR"},
            ],
        }],
    })  # fmt: skip
    assert [(one.tracking_number, one.state) for one in told.parcels] == [("6A1", "")]
    assert [(one.external_id, str(one.amount)) for one in told.refunds] == [("9", "5.00")]
    assert [str(one.price) for one in told.lines] == ["8.50"]


def test_subscribing_twice_makes_nothing_twice(shop: Shop, running: Vendor) -> None:
    with closing(opened(running, client_secret="s")) as one:
        assert one.subscribe("https://desk.example/push/k") == pushes.TOPICS
        assert one.subscribe("https://desk.example/push/k") == ()


def test_a_topic_without_its_scope_is_left_out(shop: Shop, running: Vendor) -> None:
    denied = {"errors": [{"message": "no", "extensions": {"code": "ACCESS_DENIED"}}]}
    with closing(opened(running, client_secret="s")) as one:
        one.check()
        running.fails_with(
            Answer(body={"data": shop.data("Subscriptions", {})}), Answer(body=denied)
        )
        assert one.subscribe("https://desk.example/push/k") == pushes.TOPICS[1:]


def test_nothing_is_subscribed_that_could_not_be_verified(running: Vendor) -> None:
    with closing(opened(running, token="shpat_good")) as one:
        assert one.subscribe("https://desk.example/push/k") == ()
    assert running.asked == []


def test_pushes_of_the_app_and_of_the_admin_are_both_known(running: Vendor) -> None:
    with closing(opened(running, client_secret="app", push_secret="admin")) as one:
        for secret in ("app", "admin"):
            assert one.receive(call("orders/create", b"{}", secret=secret)).items


def _read(payload: dict[str, Any]) -> list[Any]:
    content = json.dumps(payload).encode()
    item = RawItem("push/x", content, meta={"topic": "orders/updated"})
    return list(connector.read(item, {"shop": "m"}))


JUNK: list[Any] = [
    [], "x", 5, None, {}, {"data": None}, {"data": {"orders": "x"}}, {"data": {"orders": []}},
    {"data": {"orders": {"nodes": "x", "pageInfo": "y"}}}, {"errors": "x"}, {"errors": [5]},
    {"data": {"orders": {"nodes": [None, 5, {}], "pageInfo": {"hasNextPage": True}}}},
    {"data": {"orders": {"nodes": [{"id": 1, "lineItems": 7}]}}, "extensions": {"cost": "y"}},
]  # fmt: skip


@pytest.mark.parametrize("junk", JUNK)
def test_an_answer_that_breaks_the_schema_is_told_as_such_or_holds_nothing(
    shop: Shop, running: Vendor, junk: Any
) -> None:
    with closing(opened(running)) as one:
        one.check()
        running.fails_with(Answer(body=junk))
        code = ""
        try:
            for found in one.pull({}):
                assert len(found.items) <= 3
        except ChannelError as error:
            code = error.code
    assert code in ("", "bad_answer", "request_refused")
