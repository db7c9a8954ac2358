"""Octopia's connector against a stand-in of ours; no specification of the vendor's exists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.channels.loopback import Answer, Vendor
from tests.channels.octopia.seller import SECRETS, Seller, attachment, order, running, settings
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.limits import LocalLimiter, Rate
from comptoir.channels.kernel.protocol import (
    ChannelError,
    Outcome,
    Outgoing,
    OutgoingFile,
    RawItem,
)
from comptoir.channels.kernel.told import (
    Author,
    CaseState,
    CaseTold,
    MessageTold,
    OrderTold,
    ThreadTold,
    Told,
)
from comptoir.channels.octopia.connector import OctopiaConnector, connect, read


class Hurry(LocalLimiter):
    """Lets everybody go at once."""

    def take(self, name: str, rate: Rate) -> float:
        return super().take(name, Rate(rate.count, rate.seconds, 1000.0))


def around(**more: Any) -> Around:
    return Around(**{"limiter": Hurry(), "now": lambda: FRIDAY, "patience_seconds": 4.0, **more})


@pytest.fixture
def seller() -> Seller:
    made = Seller(clock=FRIDAY)
    made.open("d1", "Bonjour, où est mon colis ?", FRIDAY - timedelta(hours=5))
    return made


@pytest.fixture
def server(seller: Seller) -> Iterator[Vendor]:
    with running(seller) as started:
        yield started


@pytest.fixture
def account(server: Vendor) -> OctopiaConnector:
    return connect(settings(server), SECRETS, around())


def items(account: OctopiaConnector, cursor: dict[str, Any] | None = None) -> list[RawItem]:
    found = [item for page in account.pull(cursor or {}, page_size=3) for item in page.items]
    return list({item.external_id: item for item in found}.values())


def told_by(account: OctopiaConnector) -> list[Told]:
    return [one for item in items(account) for one in read(item, {})]


def reply(text: str = "Votre colis arrive demain.", **more: Any) -> Outgoing:
    given = {"thread_id": "d1", "stream": "order", "written_at": FRIDAY, **more}
    return Outgoing("k1", "<m1>", "", "", "", "", "", text, **given)


def test_check_tells_wrong_keys_and_a_wrong_seller_apart(server: Vendor) -> None:
    connect(settings(server), SECRETS, around()).check()
    with pytest.raises(ChannelError) as keys:
        connect(settings(server), {"client_secret": "no"}, around()).check()
    with pytest.raises(ChannelError) as other:
        connect(settings(server, seller_id="1"), SECRETS, around()).check()

    assert (keys.value.code, other.value.code) == ("auth_failed", "forbidden")


def test_tokens_are_asked_for_once_and_never_too_often(server: Vendor, seller: Seller) -> None:
    account = connect(settings(server), SECRETS, around(limiter=LocalLimiter()))
    account.check()
    account.check()
    assert len([one for one in server.asked if one.path == "/token"]) == 1

    limiter = LocalLimiter()
    limiter.pause("token", 60.0)
    with pytest.raises(ChannelError) as busy:
        connect(settings(server), SECRETS, around(limiter=limiter)).check()
    assert (busy.value.code, busy.value.permanent) == ("throttled", False)


def test_a_refused_token_is_renewed(account: OctopiaConnector, seller: Seller) -> None:
    account.check()
    seller.token = "t2"
    assert items(account)


def test_pull_reads_all_pages_and_goes_on_where_it_stood(
    account: OctopiaConnector, seller: Seller
) -> None:
    for number in range(2, 9):
        seller.open(f"d{number}", "Bonjour", FRIDAY - timedelta(hours=4, minutes=number))
    seller.orders = [order(FRIDAY - timedelta(days=1))]

    pages = list(account.pull({}, page_size=3))
    again = items(account, dict(pages[-1].cursor))

    ids = {
        item.external_id.rpartition("/")[0].split("/")[1] for page in pages for item in page.items
    }
    assert {f"d{n}" for n in range(1, 9)} <= ids
    assert again == []


def test_a_discussion_that_changes_while_pages_are_read_hides_no_other(
    account: OctopiaConnector, seller: Seller, server: Vendor
) -> None:
    for number in range(2, 9):
        seller.open(f"d{number}", "Bonjour", FRIDAY - timedelta(hours=4, minutes=number))
    handle = seller._paged

    def move_one(found: list[dict[str, Any]], asked: Any) -> Answer:
        answer = handle(found, asked)
        if asked.query["pageIndex"] == "1" and asked.path.endswith("/discussions"):
            seller.discussions["d1"]["updatedAt"] = (FRIDAY + timedelta(hours=1)).isoformat()
        return answer

    seller._paged = move_one  # type: ignore[method-assign]
    ids = {item.external_id.split("/")[1] for item in items(account)}

    assert {f"d{n}" for n in range(2, 9)} <= ids


def test_messages_say_who_wrote_and_markup_becomes_text(
    account: OctopiaConnector, seller: Seller
) -> None:
    at = FRIDAY - timedelta(hours=3)
    seller.say("d1", "<p>Merci de répondre&nbsp;au client.</p>", at, "GrcOperator")
    seller.say("d1", "Accusé de réception", at, "Automatic")
    seller.say("d1", "Nous regardons cela.", at, "Seller")

    told = [one for one in told_by(account) if isinstance(one, MessageTold)]

    assert [one.author for one in told] == [
        Author.BUYER, Author.OPERATOR, Author.PLATFORM, Author.US,
    ]  # fmt: skip
    assert (told[0].order_number, told[0].thread_id, told[0].stream) == (
        "2603061259ABC1D", "d1", "order",
    )  # fmt: skip
    assert told[1].html.startswith("<p>")
    assert told[2].needs_reply is False


def test_claims_and_closed_discussions_are_told(account: OctopiaConnector, seller: Seller) -> None:
    at = FRIDAY - timedelta(hours=2)
    seller.open("d2", "Produit cassé", at, graduation="Claim")
    seller.open("d3", "Merci", at, isOpen=False, typologyCode="Offer", orderReference=None)

    told = told_by(account)

    (claim,) = (one for one in told if isinstance(one, CaseTold))
    (closed,) = (one for one in told if isinstance(one, ThreadTold))
    assert (claim.external_id, claim.state) == ("d2", CaseState.OPENED)
    assert (closed.thread_id, closed.stream) == ("d3", "offer")


def test_files_come_before_the_message_that_names_them(
    account: OctopiaConnector, seller: Seller
) -> None:
    seller.say("d1", "Photo jointe", FRIDAY - timedelta(hours=1),
               attachments=[{"attachmentName": "casse.jpg"}, {"attachmentName": "b.jpg"}])  # fmt: skip
    seller.attachments["d1-2"] = [attachment("casse.jpg", b"\xff\xd8photo")]

    found = items(account)
    told = [one for item in found for one in read(item, {}) if isinstance(one, MessageTold)]

    assert found[0].external_id == told[1].files[0].reference["item"]
    assert found[0].content == b"\xff\xd8photo"
    assert [one.name for one in told[1].files] == ["casse.jpg", "b.jpg"]


def test_orders_are_read_with_either_spelling(account: OctopiaConnector, seller: Seller) -> None:
    seller.orders = [order(FRIDAY - timedelta(days=1))]

    (sold,) = (one for one in told_by(account) if isinstance(one, OrderTold))

    assert (sold.number, sold.state, sold.total) == ("2603061259ABC1D", "shipped", Decimal("44.8"))
    assert (sold.buyer.name, sold.buyer.email, sold.buyer.alias) == ("Jeanne Durand", "", "cust-1")
    assert sold.lines is not None
    assert (sold.lines[0].sku, sold.parcels[0].tracking_number) == ("L-1", "8R1")


def test_reply_names_the_recipients_and_is_found_again(
    account: OctopiaConnector, seller: Seller
) -> None:
    file = OutgoingFile("facture.pdf", "application/pdf", b"%PDF")

    receipt = account.send(reply(party="both", files=(file,)))

    said = seller.discussions["d1"]["messages"][-1]
    assert (receipt.outcome, receipt.external_id) == (Outcome.ACCEPTED, said["messageId"])
    assert said["to"] == ["Customer", "GrcOperator"]
    assert said["attachments"][0]["attachmentName"] == "facture.pdf"
    assert account.find(reply()) == said["messageId"]


def test_nobody_is_written_to_whom_the_discussion_does_not_allow(
    account: OctopiaConnector, seller: Seller, server: Vendor
) -> None:
    seller.discussions["d1"]["receivers"] = [{"userType": "Customer", "userId": "cust-1"}]

    receipt = account.send(reply(party="operator"))

    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "recipient_not_allowed")
    assert not [one for one in server.asked if one.method == "POST" and "messages" in one.path]


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([Answer(500)], Outcome.UNCERTAIN),
        ([Answer(breaks="before")], Outcome.UNCERTAIN),
        ([Answer(200, b"{}", breaks="after")], Outcome.UNCERTAIN),
        ([Answer(429, headers={"retry-after": "9"})], Outcome.DEFERRED),
        ([Answer(503)], Outcome.DEFERRED),
        ([Answer(400, {"message": "closed"})], Outcome.REFUSED),
    ],
)
def test_what_became_of_a_reply_is_told_apart(
    account: OctopiaConnector,
    seller: Seller,
    server: Vendor,
    answers: list[Answer],
    outcome: Outcome,
) -> None:
    account.check()
    server.fails_with(Answer(200, seller.discussions["d1"]), *answers)

    assert account.send(reply()).outcome is outcome


def test_a_reply_whose_lookup_fails_never_left(
    account: OctopiaConnector, seller: Seller, server: Vendor
) -> None:
    account.check()
    server.fails_with(*[Answer(502)] * 4)

    assert account.send(reply()).outcome is Outcome.DEFERRED
    assert len(seller.discussions["d1"]["messages"]) == 1


def test_closing_is_done_once(account: OctopiaConnector, seller: Seller) -> None:
    assert account.close_thread("d1", "order") is True
    assert seller.discussions["d1"]["isOpen"] is False
    assert account.close_thread("d1", "order") is False
