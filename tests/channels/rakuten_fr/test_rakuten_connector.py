"""Rakuten France's connector against a stand-in of ours; its schemas could not be had."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.channels.loopback import Answer, Vendor
from tests.channels.rakuten_fr.seller import (
    ITEM,
    TOKEN,
    Seller,
    claim,
    error,
    running,
    sale,
    settings,
)
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.limits import LocalLimiter, Rate
from comptoir.channels.kernel.protocol import ChannelError, Outcome, Outgoing, RawItem
from comptoir.channels.kernel.told import (
    Author,
    CaseState,
    CaseTold,
    MessageTold,
    OrderTold,
    Told,
)
from comptoir.channels.rakuten_fr import times
from comptoir.channels.rakuten_fr.connector import RakutenConnector, connect, read

LOGIN = {"login": "perrin"}


class Hurry(LocalLimiter):
    """Lets everybody go at once."""

    def take(self, name: str, rate: Rate) -> float:
        return super().take(name, Rate(rate.count, rate.seconds, 1000.0))


@pytest.fixture
def seller() -> Seller:
    made = Seller(clock=FRIDAY)
    made.sell(FRIDAY - timedelta(days=3))
    made.say("Où est mon colis ?", FRIDAY - timedelta(hours=5))
    return made


@pytest.fixture
def server(seller: Seller) -> Iterator[Vendor]:
    with running(seller) as started:
        yield started


def opened(server: Vendor, at: datetime = FRIDAY, **more: Any) -> RakutenConnector:
    around = Around(limiter=Hurry(), now=lambda: at, patience_seconds=more.pop("patience", 6.0))
    return connect(settings(server, **more), {"token": TOKEN}, around)


@pytest.fixture
def account(server: Vendor) -> RakutenConnector:
    return opened(server)


def items(account: RakutenConnector, cursor: dict[str, Any] | None = None) -> list[RawItem]:
    return [item for page in account.pull(cursor or {}) for item in page.items]


def told_by(account: RakutenConnector) -> list[Told]:
    return [one for item in items(account) for one in read(item, LOGIN)]


def reply(text: str = "Demain.", **more: Any) -> Outgoing:
    given = {"thread_id": ITEM, "stream": "order", "written_at": FRIDAY, **more}
    return Outgoing("k1", "<m1>", "", "", "", "", "", text, **given)


def test_moments_are_those_of_paris_also_badly_spaced() -> None:
    assert times.at("15/07/2026-11:46") == datetime(2026, 7, 15, 9, 46, tzinfo=UTC)
    assert times.at("15/02 / 2026-11: 46") == datetime(2026, 2, 15, 10, 46, tzinfo=UTC)
    assert times.at("31/02/2026-11:46") is None
    assert times.at("hier") is None


def test_check_tells_a_wrong_token_and_never_shows_it(
    server: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="comptoir")
    opened(server).check()
    with pytest.raises(ChannelError) as wrong:
        connect(settings(server), {"token": "an/other+one"}, Around.alone()).check()

    assert (wrong.value.code, wrong.value.permanent) == ("auth_failed", True)
    for spelled in ("an/other+one", "an/other%2Bone", "an%2Fother%2Bone", TOKEN):
        assert spelled not in str(wrong.value)
        assert spelled not in caplog.text


def test_an_error_page_that_quotes_the_address_shows_no_token(server: Vendor) -> None:
    server.fails_with(Answer(403, "GET /sales_ws?login=perrin&pwd=s3cret%2Fto%2Bken is forbidden"))
    with pytest.raises(ChannelError) as refused:
        opened(server).check()

    assert refused.value.code == "forbidden"
    assert "s3cret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_an_item_is_noted_before_it_is_read_and_read_again_after_a_crash(
    account: RakutenConnector, seller: Seller, server: Vendor
) -> None:
    pages = account.pull({})
    for page in pages:
        cursor = dict(page.cursor)
        if cursor["due"]:
            break
    assert seller.items[ITEM]["todo"]  # not read yet
    next(pages)  # read, and unlisted; what it said is lost with the process
    assert not seller.items[ITEM]["todo"]

    again = [item.external_id for item in items(opened(server), cursor)]

    assert [one for one in again if one.startswith(f"item/{ITEM}/")]


def test_items_are_looked_at_again_for_what_the_portal_did(seller: Seller, server: Vendor) -> None:
    cursor = dict(list(opened(server).pull({}))[-1].cursor)
    seller.say("Il arrive demain.", FRIDAY + timedelta(minutes=10), sender="perrin")
    soon = items(opened(server, FRIDAY + timedelta(minutes=12)), cursor)
    later = items(opened(server, FRIDAY + timedelta(minutes=35)), cursor)
    gone = list(opened(server, FRIDAY + timedelta(days=11)).pull(cursor))[-1]

    assert soon == []
    told = [one for item in later for one in read(item, LOGIN) if isinstance(one, MessageTold)]
    assert [one.author for one in told] == [Author.BUYER, Author.US]
    assert gone.cursor["watched"] == {}


def test_a_refused_item_holds_no_other_up_and_a_service_that_refuses_all_is_told(
    seller: Seller, server: Vendor
) -> None:
    cursor = {"due": ["1"], "watched": {"1": {"next": "2027-01-01", "ends": "2027-01-01"}}}
    found = list(opened(server).pull(cursor))

    assert [one for page in found for one in page.items if ITEM in one.external_id]
    assert found[-1].cursor["due"] == ["1"]
    seller.items.clear()
    with pytest.raises(ChannelError) as refused:
        list(opened(server).pull(cursor))
    assert refused.value.code == "request_refused"


def test_messages_of_the_buyer_and_mails_of_rakuten_are_two_streams(
    account: RakutenConnector, seller: Seller
) -> None:
    seller.items[ITEM]["mails"] = [
        ("77", "Rakuten France", FRIDAY - timedelta(hours=4), "Réclamation",
         f"Commande : 943796258/{ITEM} https://fr.shopping.rakuten.com"),
    ]  # fmt: skip
    told = [one for one in told_by(account) if isinstance(one, MessageTold)]

    assert [(one.stream, one.author, one.order_number) for one in told] == [
        ("order", Author.BUYER, "943796258"), ("operator", Author.OPERATOR, "943796258"),
    ]  # fmt: skip
    assert (told[0].buyer.alias, told[0].item) == ("jeanne75", ITEM)


def test_windows_for_contacting_a_buyer(account: RakutenConnector, seller: Seller) -> None:
    def until() -> datetime | None:
        seller.items[ITEM]["todo"] = True
        (told,) = (one for one in told_by(account) if isinstance(one, MessageTold))
        return told.may_be_answered_until

    assert until() == FRIDAY - timedelta(days=3) + timedelta(days=42)
    seller.items[ITEM]["log"] = [(FRIDAY + timedelta(days=39), "ITEM_RECEIVED")]
    # summer time began in between: the moment is the same, told in another zone
    assert until() == FRIDAY + timedelta(days=54)
    seller.items[ITEM]["claim"] = claim(FRIDAY)
    seller.items[ITEM]["todo"] = True
    told = [one for one in told_by(account) if isinstance(one, MessageTold)]
    assert told[0].may_be_answered_until is None


def test_claims_open_and_close(account: RakutenConnector, seller: Seller) -> None:
    states = []
    for state in ("NEW", "CLOSED"):
        seller.items[ITEM] |= {"claim": claim(FRIDAY, state), "todo": True}
        (case,) = (one for one in told_by(account) if isinstance(one, CaseTold))
        states.append(case.state)

    assert states == [CaseState.OPENED, CaseState.CLOSED]


def test_reply_goes_to_the_buyer_or_to_rakuten_under_its_mail(
    account: RakutenConnector, seller: Seller
) -> None:
    seller.items[ITEM]["mails"] = [("77", "Rakuten France", FRIDAY, "Réclamation", "Bonjour")]

    to_buyer = account.send(reply("Demain & après ; voilà ✓"))
    to_rakuten = account.send(reply("Voici la preuve.", stream="operator"))

    assert (to_buyer.outcome, to_rakuten.outcome) == (Outcome.ACCEPTED, Outcome.ACCEPTED)
    assert seller.items[ITEM]["messages"][0][3] == "Demain & après ; voilà ✓"
    assert seller.items[ITEM]["mails"][-1][3:] == ("77", "Voici la preuve.")
    assert account.find(reply("Demain & après ; voilà ✓"))
    assert account.find(reply("Autre")) is None


def test_no_reply_leaves_once_the_window_is_closed(server: Vendor, seller: Seller) -> None:
    late = opened(server, FRIDAY + timedelta(days=60)).send(reply())
    seller.items[ITEM]["offers"] = ["contactusaboutitem"]
    not_offered = opened(server).send(reply())

    assert (late.outcome, late.code) == (Outcome.REFUSED, "window_closed")
    assert not_offered.code == "window_closed"
    assert "contactuseraboutitem" not in seller.actions


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(500), Outcome.UNCERTAIN),
        (Answer(breaks="before"), Outcome.UNCERTAIN),
        (Answer(200, b""), Outcome.UNCERTAIN),
        (Answer(200, b"<contactuser"), Outcome.UNCERTAIN),
        (error("ServiceError", "Try later", "Receiver"), Outcome.UNCERTAIN),
        (Answer(503), Outcome.DEFERRED),
        (Answer(429, headers={"retry-after": "9"}), Outcome.DEFERRED),
        (error("ParameterError", "content is too long"), Outcome.REFUSED),
    ],
)
def test_what_became_of_a_reply_is_told_apart(
    account: RakutenConnector, seller: Seller, server: Vendor, answer: Answer, outcome: Outcome
) -> None:
    looked_up = seller._getiteminfos({"itemid": ITEM})
    server.fails_with(looked_up, answer)

    receipt = account.send(reply())

    assert receipt.outcome is outcome
    assert "s3cret" not in receipt.reply


def test_sales_of_a_week_away_are_all_read(seller: Seller, server: Vendor) -> None:
    cursor = dict(list(opened(server).pull({}))[-1].cursor)
    seller.page_size = 2
    seller.current_sales = [sale(str(n), FRIDAY + timedelta(days=n)) for n in range(1, 6)]
    seller.new_sales = [sale("6", FRIDAY + timedelta(days=6), status="TO_CONFIRM")]
    server.asked.clear()

    found = items(opened(server, FRIDAY + timedelta(days=7)), cursor)

    told = [one for item in found for one in read(item, LOGIN) if isinstance(one, OrderTold)]
    assert sorted(one.number for one in told) == ["1", "2", "3", "4", "5", "6"]
    asked = [one.query for one in server.asked if one.query["action"] == "getcurrentsales"]
    assert asked[0]["purchasedate"] == "2026-03-03"
    assert [one.get("nexttoken") for one in asked] == [None, "2", "4"]


def test_a_sale_is_an_order_whose_lines_know_the_item(
    account: RakutenConnector, seller: Seller
) -> None:
    seller.new_sales = [sale("943796258", FRIDAY)]

    (sold,) = (one for one in told_by(account) if isinstance(one, OrderTold))

    assert (sold.number, sold.state, sold.total) == ("943796258", "pending", Decimal("19.95"))
    assert (sold.buyer.alias, sold.buyer.name, sold.buyer.country) == (
        "jeanne75", "Jeanne Durand", "FR",
    )  # fmt: skip
    assert sold.lines is not None
    assert sold.lines[0].item == ITEM


def test_versions_can_be_set(server: Vendor) -> None:
    opened(server, versions="getitemtodolist=2030-01-01").check()
    assert server.asked[-1].query["version"] == "2030-01-01"


def test_to_do_list_is_left_alone_where_another_desk_works_with_it(server: Vendor) -> None:
    found = items(opened(server, leave_list=True))

    assert found == [], "the only thing this seller has is a message"
    assert {asked.query["action"] for asked in server.asked} == {"getnewsales", "getcurrentsales"}
