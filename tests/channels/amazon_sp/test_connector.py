"""The Amazon connector against Amazon on loopback: each request validates, bad days are survived."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.channels.amazon_sp.seller import (
    ALIAS,
    DE,
    FR,
    NUMBER,
    RETURNS_HEAD,
    Seller,
    order,
    shipped,
)
from tests.channels.loopback import Answer, Asked, Vendor, vendor

from comptoir.channels.amazon_sp import connector, messaging
from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.protocol import ChannelError, Cursor, Outcome, OutgoingFile, RawItem
from comptoir.channels.kernel.told import CaseTold, OrderTold

NOW = datetime(2026, 3, 6, 16, 40, tzinfo=UTC)
AT = NOW - timedelta(hours=3)
SETTINGS = {"region": "eu", "countries": "DE, FR", "client_id": "id", "rate_report_create": "9/1s burst 9",
            "rate_report_document": "9/1s burst 9"}  # fmt: skip


@pytest.fixture
def seller() -> Seller:
    return Seller(orders=[order(NUMBER, AT)])


@pytest.fixture
def running(seller: Seller) -> Iterator[Vendor]:
    with vendor(seller.handle) as found:
        seller.url = found.url
        yield found
    assert seller.broken == []


def opened(
    running: Vendor, *, now: datetime = NOW, around: Around | None = None, **more: str
) -> connector.AmazonConnector:
    secrets = {"client_secret": "cs", "refresh_token": "Atzr|good"}
    settings = {
        **SETTINGS, "base_url": running.url, "token_url": f"{running.url}/auth/o2/token", **more
    }  # fmt: skip
    secrets |= {name: settings.pop(name) for name in tuple(secrets) if name in settings}
    return connector.connect(settings, secrets, replace(around or Around.alone(), now=lambda: now))


def pull(
    running: Vendor, cursor: Cursor | None = None, *, now: datetime = NOW, **more: str
) -> tuple[list[RawItem], Cursor]:
    more = {"reports": "false", **more}
    with closing(opened(running, now=now, **more)) as one:
        pages = list(one.pull(cursor or {}))
    return [item for found in pages for item in found.items], pages[
        -1
    ].cursor if pages else cursor or {}


def code_of(running: Vendor, **more: str) -> str:
    with pytest.raises(ChannelError) as caught, closing(opened(running, **more)) as one:
        one.check()
    return caught.value.code


def test_check_says_what_is_wrong(running: Vendor) -> None:
    with closing(opened(running)) as one:
        one.check()
    assert code_of(running, client_secret="old") == "auth_failed"
    assert code_of(running, refresh_token="Atzr|gone") == "consent_revoked"
    assert code_of(running, client_secret="") == "settings_invalid"
    assert code_of(running, countries="US") == "settings_invalid"
    assert code_of(running, countries="") == "settings_invalid"
    denied = {
        "errors": [{"code": "Unauthorized", "message": "Access to requested resource is denied."}]
    }
    token = Answer(body={"access_token": "x", "expires_in": 3600})
    running.fails_with(token, Answer(403, body=denied))
    assert code_of(running) == "forbidden"


def test_orders_are_read_with_alias_items_and_storefront(running: Vendor) -> None:
    (item,), _ = pull(running)
    (told,) = connector.read(item, SETTINGS)
    assert isinstance(told, OrderTold)
    assert (told.number, told.state, str(told.total), told.currency) == (
        NUMBER, "pending", "49.90", "EUR",
    )  # fmt: skip
    assert (told.buyer.alias, told.place.country) == (ALIAS, "DE")
    assert [(one.sku, str(one.price)) for one in told.lines or ()] == [("L-1", "49.90")]
    assert str(told.promised_on) == "2026-03-12"


def test_a_parcel_that_arrived_delivers_the_order(seller: Seller, running: Vendor) -> None:
    seller.orders = [shipped(NUMBER, AT, "JD1", "DELIVERED")]
    (item,), _ = pull(running)
    (told,) = connector.read(item, SETTINGS)
    assert isinstance(told, OrderTold)
    assert (told.state, told.parcels[0].tracking_number, told.parcels[0].state) == (
        "delivered", "JD1", "delivered",
    )  # fmt: skip


def test_a_wish_to_cancel_is_a_case_until_the_order_left(seller: Seller, running: Vendor) -> None:
    wish = {"cancellationRequest": {"requester": "BUYER", "cancelReason": "Falsche Farbe"}}
    seller.orders[0]["orderItems"][0]["cancellation"] = wish
    (item,), _ = pull(running)
    _, case = connector.read(item, SETTINGS)
    assert isinstance(case, CaseTold)
    assert (case.kind, case.state, case.reason) == ("cancellation", "opened", "Falsche Farbe")
    assert case.link == f"https://sellercentral.amazon.de/orders-v3/order/{NUMBER}"

    seller.orders[0]["fulfillment"] = {"fulfillmentStatus": "CANCELLED"}
    (item,), _ = pull(running)
    _, case = connector.read(item, SETTINGS)
    assert isinstance(case, CaseTold)
    assert case.state == "closed"


def test_pull_pages_and_goes_on_after_what_it_saw(seller: Seller, running: Vendor) -> None:
    seller.page_size = 2
    seller.orders = [order(f"302-0000000-000000{n}", AT + timedelta(minutes=n)) for n in range(5)]
    items, cursor = pull(running)
    assert len(items) == 5
    assert cursor["through"] == "2026-03-06T16:38:00Z"

    seller.orders.append(order(NUMBER, NOW))
    soon, cursor = pull(running, cursor, now=NOW + timedelta(minutes=1))
    later, _ = pull(running, cursor, now=NOW + timedelta(minutes=5))
    assert (soon, len(later)) == ([], 1)


def test_a_search_that_breaks_off_goes_on_with_its_page(seller: Seller, running: Vendor) -> None:
    seller.page_size = 1
    seller.orders = [order(f"302-0000000-000000{n}", AT) for n in range(3)]
    with closing(opened(running, reports="false")) as one:
        cursor = next(one.pull({})).cursor
    assert cursor["window"]["token"] == "1"

    items, cursor = pull(running, cursor)
    assert len(items) == 2
    assert cursor["window"] == {}


def test_a_page_that_amazon_forgot_begins_the_window_anew(seller: Seller, running: Vendor) -> None:
    window = {"since": "2026-03-01T00:00:00Z", "until": "2026-03-06T16:00:00Z", "token": "1"}
    running.fails_with(
        Answer(body={"access_token": "x", "expires_in": 3600}), Answer(400, body={"errors": []})
    )
    items, _ = pull(running, {"window": window, "through": None})
    assert len(items) == 1


@pytest.mark.parametrize(
    "bad",
    [
        Answer(500), Answer(503, body="<html>"), Answer(429, headers={"retry-after": "1"}),
        Answer(breaks="before"), Answer(breaks="after", body='{"orders": ['),
    ],
)  # fmt: skip
def test_what_fails_once_is_asked_again(seller: Seller, running: Vendor, bad: Answer) -> None:
    with closing(opened(running, reports="false")) as one:
        one.check()
        running.fails_with(bad)
        assert [len(page.items) for page in one.pull({})] == [1]


def test_a_token_that_ended_is_renewed_though_amazon_says_403(
    seller: Seller, running: Vendor
) -> None:
    with closing(opened(running, reports="false")) as one:
        one.check()
        seller.token = "Atza|other"
        assert [len(page.items) for page in one.pull({})] == [1]
    assert seller.tokens_made == 2


def test_empty_and_strange_answers_break_nothing(seller: Seller, running: Vendor) -> None:
    with closing(opened(running, reports="false")) as one:
        one.check()
        running.fails_with(Answer(body={}))
        assert [page.items for page in one.pull({})] == [()]
        running.fails_with(Answer(body=b""))
        with pytest.raises(ChannelError) as caught:
            list(one.pull({}))
        assert caught.value.code == "bad_answer"


def test_the_live_rate_of_an_answer_is_kept_to(seller: Seller, running: Vendor) -> None:
    seller.rate, seller.page_size = "0.001", 1
    seller.orders = [order(f"302-0000000-000000{n}", AT) for n in range(30)]
    items, cursor = pull(running)
    assert len(items) == 20, "twenty at once, then a thousandth a second"
    assert cursor["window"]["token"] == "20"


def test_reports_are_asked_for_waited_for_and_fetched_once(seller: Seller, running: Vendor) -> None:
    row = f"{NUMBER}\t01-Mar-2026\t05-Mar-2026\tApproved\tD1\tDHL\tJD9\tL-1\tLampe\t1\tDEFECTIVE\t"
    seller.documents["GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"] = (
        f"{RETURNS_HEAD}\n{row}\n".encode()
    )
    seller.report_states = ["IN_QUEUE"] * 3
    reports = {"reports": "true", "countries": "DE"}
    _, cursor = pull(running, **reports)
    _, cursor = pull(running, cursor, **reports)
    items, cursor = pull(running, cursor, **reports)
    more, cursor = pull(running, cursor, **reports)
    again, _ = pull(running, cursor, **reports)

    returned = [item for item in [*items, *more, *again] if item.external_id.startswith("return/")]
    assert len(seller.asked_reports) == 2
    assert len(returned) == 1
    (told,) = connector.read(returned[0], SETTINGS)
    assert isinstance(told, OrderTold)
    (one,) = told.returns
    assert (told.number, one.external_id, one.state, one.reason, one.lines) == (
        NUMBER, "D1", "accepted", "DEFECTIVE", (("L-1", "Lampe", 1),),
    )  # fmt: skip
    assert told.place.country == "DE"


def test_a_report_without_its_role_is_left_until_tomorrow(seller: Seller, running: Vendor) -> None:
    with closing(opened(running, countries="DE")) as one:
        one.check()
        pages = one.pull({})
        next(pages)
        running.fails_with(Answer(403, body={}), Answer(403, body={}))
        cursor = list(pages)[-1].cursor
        assert cursor["reports"]["health"]["refused"] == "forbidden"
        list(one.pull(cursor))
    assert seller.asked_reports == []


@pytest.mark.parametrize(
    ("failing", "forms", "review", "language"),
    [
        ("/attributes", 2, True, ""),
        ("/solicitations", 2, False, "de-DE"),
        ("/messaging", 0, True, ""),
    ],
)
def test_one_question_that_fails_hides_nothing_else_an_order_allows(
    seller: Seller, failing: str, forms: int, review: bool, language: str
) -> None:
    def handle(asked: Asked) -> Answer:
        return Answer(403, body={}) if failing in asked.path else seller.handle(asked)

    with vendor(handle) as found, closing(opened(found)) as one:
        offer = one.offer(NUMBER, "DE")

    told = (len(offer.forms), offer.may_ask_for_review, offer.language)
    assert told == (forms, review, language)
    assert bool(offer.forms_trouble) == (failing == "/messaging")
    assert bool(offer.review_trouble) == (failing == "/solicitations")


def test_a_review_is_asked_for_once_an_order(seller: Seller, running: Vendor) -> None:
    with closing(opened(running)) as one:
        assert one.ask_for_review(NUMBER, "DE").outcome is Outcome.ACCEPTED
        assert one.ask_for_review(NUMBER, "DE").code == "not_allowed_now"
    assert [name for name, _ in seller.messages] == ["productReviewAndSellerFeedback"]


def test_a_typed_message_leaves_where_the_order_allows_it(seller: Seller, running: Vendor) -> None:
    with closing(opened(running)) as one:
        assert one.allowed_messages(NUMBER, "DE") == {"unexpectedProblem", "legalDisclosure"}
        assert one.language_of_buyer(NUMBER, "DE") == "de-DE"
        sent = one.send_typed("unexpectedProblem", NUMBER, "DE", text="Der Versand verzögert sich.")
        other = one.send_typed("confirmOrderDetails", NUMBER, "DE", text="Welche Farbe?")
        paper = OutgoingFile("agb.pdf", "application/pdf", b"%PDF")
        legal = one.send_typed("legalDisclosure", NUMBER, "DE", files=[paper])
    assert (sent.outcome, other.code, legal.outcome) == ("accepted", "not_allowed_now", "accepted")
    assert seller.messages == [
        ("unexpectedProblem", {"text": "Der Versand verzögert sich."}),
        (
            "legalDisclosure",
            {"attachments": [{"uploadDestinationId": "u1", "fileName": "agb.pdf"}]},
        ),
    ]
    assert seller.uploaded == [b"%PDF"]


@pytest.mark.parametrize(
    ("kind", "text", "files", "code"),
    [
        ("negativeFeedbackRemoval", "", 0, "unknown_kind"),
        ("unexpectedProblem", "", 0, "text_missing"),
        ("unexpectedProblem", "x" * 2001, 0, "text_too_long"),
        ("unexpectedProblem", "<b>Hallo</b>", 0, "text_not_allowed"),
        ("unexpectedProblem", "Schreiben Sie an a@b.de", 0, "text_not_allowed"),
        ("unexpectedProblem", "Hallo", 1, "files_not_allowed"),
        ("invoice", "Hallo", 1, "text_too_long"),
    ],
)
def test_what_amazon_forbids_is_refused_here(
    seller: Seller, running: Vendor, kind: str, text: str, files: int, code: str
) -> None:
    file = OutgoingFile("a.pdf", "application/pdf", b"x")
    with closing(opened(running)) as one:
        receipt = one.send_typed(kind, NUMBER, "DE", text=text, files=[file] * files)
    assert (receipt.outcome, receipt.code) == ("refused", code)
    assert running.asked == []


def test_a_message_whose_fate_is_unknown_is_never_sent_again(
    seller: Seller, running: Vendor
) -> None:
    with closing(opened(running)) as one:
        one.allowed_messages(NUMBER, "DE")
        links = {"_links": {"actions": [{"name": "unexpectedProblem", "href": "/x"}]}}
        running.fails_with(Answer(body=links), Answer(breaks="before"))
        receipt = one.send_typed("unexpectedProblem", NUMBER, "DE", text="Hallo")
    assert receipt.outcome is Outcome.UNCERTAIN
    assert seller.messages == []


def test_every_type_of_message_is_one_of_amazons() -> None:
    from tests.channels.amazon_sp.swagger import documents

    if not documents():
        pytest.skip("needs the vendors' specifications")
    paths = documents()[1]["paths"]
    start = "/messaging/v1/orders/{amazonOrderId}/messages/"
    assert {path[len(start) :] for path in paths if path.startswith(start)} == set(
        messaging.kinds()
    )


def test_an_order_of_another_storefront_is_left_out(seller: Seller, running: Vendor) -> None:
    seller.orders = [order(NUMBER, AT, FR), order("111-1111111-1111111", AT, DE)]
    items, _ = pull(running, countries="DE")
    assert [json.loads(item.content)["orderId"] for item in items] == ["111-1111111-1111111"]


JUNK: list[Any] = [
    [], "x", 5, None, {}, {"orders": "x"}, {"orders": [None, 5, {}]}, {"orders": [{"orderId": 1}]},
    {"orders": [], "pagination": "y"}, {"orders": [{"orderId": "1", "salesChannel": "DE"}]},
    {"reportId": None}, {"errors": "x"},
]  # fmt: skip


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("after", range(4))
def test_an_answer_that_breaks_the_schema_is_told_as_such_or_holds_nothing(
    seller: Seller, running: Vendor, junk: Any, after: int
) -> None:
    seller.documents["GET_V2_SELLER_PERFORMANCE_REPORT"] = b"{}"
    with closing(opened(running, countries="DE")) as one:
        one.check()
        cursor: Cursor = {}
        code = ""
        try:
            for _ in range(2):
                for found in one.pull(cursor):
                    cursor = found.cursor
                    if after == 0:
                        running.fails_with(Answer(body=junk))
                    after -= 1
        except ChannelError as error:
            code = error.code
    assert code in ("", "bad_answer")


def test_our_own_patience_is_no_failure(seller: Seller, running: Vendor) -> None:
    seller.rate = "0.001"
    window = {"since": "2026-03-01T00:00:00Z", "until": "2026-03-06T16:00:00Z", "token": ""}
    with closing(opened(running, reports="false", rate_search="1/1000s burst 1")) as one:
        one.check()
        assert list(one.pull({"window": window})) == []


def test_a_review_whose_question_failed_was_not_asked_for(running: Vendor) -> None:
    with closing(opened(running)) as one:
        one.allowed_messages(NUMBER, "DE")
        running.fails_with(Answer(404))
        assert one.ask_for_review(NUMBER, "DE").outcome is Outcome.REFUSED
        running.fails_with(*[Answer(body=b"{")] * 2)
        assert one.ask_for_review(NUMBER, "DE").outcome is Outcome.DEFERRED
