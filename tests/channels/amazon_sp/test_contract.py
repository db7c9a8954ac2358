"""Every example answer of Amazon's is read, and what is read fits Amazon's own schemas."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from jsonschema import Draft7Validator
from tests.channels.amazon_sp.seller import DE, FR, NUMBER, order, shipped
from tests.channels.amazon_sp.swagger import documents, problems, validator
from tests.channels.loopback import Asked
from tests.channels.specs import needs_specs, spec

from comptoir.channels.amazon_sp import connector, figures, news, orders, regions
from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.told import FigureTold, OrderTold

pytestmark = needs_specs
AT = datetime(2026, 3, 6, tzinfo=UTC)


def examples() -> list[dict[str, Any]]:
    """Give every order in Amazon's examples, those of its sandbox too."""
    found: list[dict[str, Any]] = []
    for operations in documents()[0]["paths"].values():
        answer = operations["get"]["responses"]["200"]
        bodies = list(answer.get("examples", {}).values())
        sandbox = (answer.get("x-amzn-api-sandbox") or {}).get("static", [])
        bodies += [one["response"] for one in sandbox]
        for body in bodies:
            found += body.get("orders", []) or ([body["order"]] if "order" in body else [])
    return found


def test_every_example_order_is_read_with_its_storefront() -> None:
    nodes = examples()
    assert len(nodes) == 8
    for node in nodes:
        told = next(iter(connector.read(RawItem("order/x", json.dumps(node).encode()), {})))
        assert isinstance(told, OrderTold)
        assert told.number == node["orderId"]
        assert told.state in ("pending", "shipped", "delivered", "cancelled", "")
        assert told.lines
        if marketplace := node["salesChannel"].get("marketplaceId"):
            assert told.place.country == regions.COUNTRIES[marketplace]
        if node.get("buyer", {}).get("buyerEmail"):
            assert "@marketplace.amazon." in told.buyer.alias


def test_our_orders_are_such_as_amazon_gives() -> None:
    for node in (order(NUMBER, AT), shipped(NUMBER, AT, "JD1"), order(NUMBER, AT, FR)):
        errors = validator(documents()[0], "Order").iter_errors(node)
        assert [error.message for error in errors] == []


def test_every_state_is_one_we_know() -> None:
    defined = documents()[0]["definitions"]
    assert set(defined["FulfillmentStatus"]["enum"]) == set(orders.STATES)
    parcels = set(defined["PackageStatus"]["properties"]["status"]["enum"])
    assert parcels == {*orders.PARCELS, "CANCELLED"}


def test_requests_that_break_the_contract_are_caught() -> None:
    """Without this, the seller on loopback would take anything."""
    bad = Asked("GET", "/orders/2026-01-01/orders", {"includedData": "NOTHING", "x": "1"}, {}, b"")
    assert problems(bad) == ["unknown parameter x", "includedData=NOTHING"]
    body = json.dumps({"text": "x" * 2001}).encode()
    path = f"/messaging/v1/orders/{NUMBER}/messages/unexpectedProblem"
    long = Asked("POST", path, {"marketplaceIds": DE}, {}, body)
    assert len(problems(long)) == 1


@pytest.mark.parametrize("name", ["ORDER_CHANGE", "REPORT_PROCESSING_FINISHED"])
def test_every_example_notification_says_what_it_is_about(name: str) -> None:
    files = {
        "ORDER_CHANGE": "OrderChangeNotification",
        "REPORT_PROCESSING_FINISHED": "ReportProcessingFinishedNotification",
    }
    path = spec(f"amazon-sp-api/schemas/notifications/{files[name]}.json")
    for example in json.loads(path.read_text())["examples"]:
        found = news.read(json.dumps(example))
        assert found is not None
        assert found.kind == name
        assert found.order or found.report
        assert found.name


def test_account_health_becomes_figures_though_amazons_example_breaks_its_schema() -> None:
    schema = json.loads(
        spec("amazon-sp-api/schemas/reports/accountHealthReport-2020-11-18.json").read_text()
    )
    report = schema["examples"][0]
    wrong = {error.message for error in Draft7Validator(schema).iter_errors(report)}
    assert "'SUSPENDED' is not one of ['NORMAL', 'AT_RISK', 'DEACTIVATED']" in wrong

    told = {one.name: one for one in figures.told(report, at=AT, countries=("US",))}

    assert told["late_shipment_rate"] == FigureTold(
        name="late_shipment_rate", at=AT, value=told["late_shipment_rate"].value, unit="share",
        word="GOOD", threshold=told["late_shipment_rate"].threshold, since=date(2020, 10, 21),
        until=date(2020, 11, 19), place=regions.place_of("ATVPDKIKX0DER"),
    )  # fmt: skip
    assert str(told["order_defect_rate_mfn"].value) == "0.009"
    assert str(told["order_defect_rate_mfn"].threshold) == "0.01"
    assert (told["account_status"].unit, told["account_status"].word) == ("level", "AT_RISK")
    assert told["account_health_rating"].word == "WARNED"
    assert (told["listing_policy_violations"].unit, told["warning_spamming_seller_messaging"].word) == (
        "count", "BAD",
    )  # fmt: skip
    assert list(figures.told(report, at=AT, countries=("DE",))) == []


def test_a_stored_health_report_is_read_for_the_accounts_countries() -> None:
    path = spec("amazon-sp-api/schemas/reports/accountHealthReport-2020-11-18.json")
    content = json.dumps(json.loads(path.read_text())["examples"][0]).encode()
    item = RawItem("health/x", content, "application/json", AT)
    assert list(connector.read(item, {"region": "eu", "countries": "DE"})) == []
    assert len(list(connector.read(item, {"region": "na", "countries": "US"}))) > 10
