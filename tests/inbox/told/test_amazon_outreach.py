"""Asking Amazon for a review, and its typed messages: from the ticket to Amazon and back, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.channels.amazon_sp.seller import NUMBER, Seller, order
from tests.channels.loopback import Answer, Vendor, vendor
from tests.inbox.conftest import Deliver
from tests.inbox.letters import amazon
from tests.inbox.told.shops import an_account, an_admin, fetch
from tests.tickets.conftest import FRIDAY

from comptoir.alerts import causes
from comptoir.alerts.models import Alert
from comptoir.alerts.moments import moments_for
from comptoir.alerts.sources.looking import QUICK, look
from comptoir.alerts.subjects import subjects_of
from comptoir.alerts.words import say as words_of
from comptoir.alerts.words.said import Said
from comptoir.channels.amazon_sp import messaging
from comptoir.channels.kernel.protocol import Outcome, Receipt
from comptoir.inbox import health, outreach
from comptoir.merchant.models import Channel, Connection, Person, Role
from comptoir.merchant.rights import NotAllowed
from comptoir.storage import clock
from comptoir.storage.models import AuditEntry
from comptoir.tickets.actions import reach, reach_delivery
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.reach import Wanted
from comptoir.tickets.actions.writing import NewFile
from comptoir.tickets.models import Clock, Outreach, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
NOW = FRIDAY + timedelta(hours=2)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def moving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def seller() -> Seller:
    forms = {"unexpectedProblem", "invoice", "warranty"}
    return Seller(orders=[order(NUMBER, FRIDAY - timedelta(days=2))], actions=forms)


@pytest.fixture
def running(seller: Seller) -> Iterator[Vendor]:
    with vendor(seller.handle) as found:
        seller.url = found.url
        yield found
    assert seller.broken == []


@pytest.fixture
def account(running: Vendor, deliver: Deliver) -> Connection:
    values = {
        "region": "eu", "countries": "DE, FR", "client_id": "id", "base_url": running.url,
        "token_url": f"{running.url}/auth/o2/token", "reports": "off",
    }  # fmt: skip
    secrets = {"client_secret": "cs", "refresh_token": "Atzr|good"}
    return an_account(
        "amazon_sp", values, secrets, list(Channel.objects.filter(marketplace="amazon"))
    )


@pytest.fixture
def ticket(account: Connection, deliver: Deliver) -> Ticket:
    deliver(amazon("Wo ist mein Paket?", at=FRIDAY))
    fetch(account)
    found = Ticket.objects.get()
    assert found.order is not None
    return found


def say(ticket: Ticket, wanted: Wanted, by: Person | None = None) -> Outreach:
    assert ticket.order is not None
    found = outreach.reach_of(ticket.channel)
    assert found is not None
    return reach.say(
        ticket.order.pk, wanted, found.able, connection_id=found.connection.pk,
        ticket_id=ticket.pk, by=by or an_admin(), now=NOW,
    )  # fmt: skip


def say_alert(alert: Alert) -> Said:
    (subject,) = subjects_of([alert.pk])
    return words_of(subject, moments_for("Europe/Paris", "en", NOW))


def deliver_all(after: timedelta = MINUTE) -> int:
    return outreach.deliver_due(clock=lambda: NOW + after)


def refused(ticket: Ticket, wanted: Wanted) -> str:
    with pytest.raises(Refused) as caught:
        say(ticket, wanted)
    return caught.value.code


def facts(ticket: Ticket, kind: str) -> list[dict[str, Any]]:
    return [one.data for one in ticket.facts.filter(kind=kind).order_by("pk")]


def test_review_is_asked_for_once_whoever_clicks_and_however_often(
    ticket: Ticket, seller: Seller
) -> None:
    colleague = Person.objects.create_user(
        "l@x.example", "x", name="Lukas", role=Role.ADMIN, joined_at=FRIDAY
    )
    first = say(ticket, Wanted("review", "k1"))
    assert say(ticket, Wanted("review", "k1")) == first, "a double click"
    with pytest.raises(Refused) as caught:
        say(ticket, Wanted("review", "k2"), by=colleague)
    assert (caught.value.code, caught.value.values["who"]) == ("review_asked", "Camille")

    assert deliver_all() == 1
    assert deliver_all() == 0

    assert [name for name, _ in seller.messages] == ["productReviewAndSellerFeedback"]
    assert Outreach.objects.get().state == "accepted"
    assert refused(ticket, Wanted("review", "k3")) == "review_asked"
    [told] = facts(ticket, "review_asked")
    assert (told["form"], told["state"]) == ("review", "accepted")


def test_typed_message_goes_out_with_its_file_and_stops_no_clock(
    ticket: Ticket, seller: Seller
) -> None:
    clocks = list(Clock.objects.order_by("pk").values("kind", "started_at", "ended_at"))
    say(ticket, Wanted("unexpectedProblem", "k1", text="Der Zoll hält es auf."))
    file = NewFile("Garantie.pdf", "application/pdf", b"%PDF-1.4")
    days = {"from": "2026-03-06", "until": "2028-03-05"}
    say(ticket, Wanted("warranty", "k2", files=[file], more=days))
    deliver_all()

    assert seller.messages[0] == ("unexpectedProblem", {"text": "Der Zoll hält es auf."})
    name, body = seller.messages[1]
    assert (name, body["attachments"][0]["fileName"]) == ("warranty", "Garantie.pdf")
    assert body["coverageEndDate"] == "2028-03-05T00:00:00Z"
    assert seller.uploaded == [b"%PDF-1.4"]
    ticket.refresh_from_db()
    assert (ticket.status, ticket.oldest_unanswered_at) == ("open", FRIDAY)
    assert list(Clock.objects.order_by("pk").values("kind", "started_at", "ended_at")) == clocks
    actions = AuditEntry.objects.filter(action__contains="typed").values_list("action", flat=True)
    assert list(actions) == ["ticket.typed_message", "ticket.typed_message"]


def test_a_second_message_of_a_kind_needs_eyes_that_saw_the_first(ticket: Ticket) -> None:
    first = say(ticket, Wanted("unexpectedProblem", "k1", text="Der Zoll hält es auf."))

    assert refused(ticket, Wanted("unexpectedProblem", "k2", text="Zoll!")) == "said_meanwhile"
    say(ticket, Wanted("unexpectedProblem", "k2", text="Zoll!", seen=first.pk))

    assert Outreach.objects.count() == 2


@pytest.mark.parametrize(
    "another",
    [
        Wanted("unexpectedProblem", "k1", text="Morgen ist es da."),
        Wanted("invoice", "k1", files=[NewFile("R.pdf", "application/pdf", b"%PDF-1.4")]),
        Wanted("warranty", "k1", files=[NewFile("R.pdf", "application/pdf", b"%PDF-1.5")]),
        Wanted(
            "warranty", "k1",
            files=[NewFile("R.pdf", "application/pdf", b"%PDF-1.4")], more={"until": "2028-03-05"},
        ),
        Wanted("review", "k1"),
    ],
)  # fmt: skip
def test_a_key_that_sent_something_else_is_refused_instead_of_losing_it(
    ticket: Ticket, another: Wanted
) -> None:
    file = NewFile("R.pdf", "application/pdf", b"%PDF-1.4")
    first = Wanted("warranty", "k1", files=[file])
    row = say(ticket, first)

    assert say(ticket, first) == row, "a double click"
    assert refused(ticket, another) == "sent_otherwise"

    assert list(Outreach.objects.all()) == [row]


def test_what_amazon_refused_is_not_said_to_be_on_its_way_by_the_same_key(
    ticket: Ticket, seller: Seller
) -> None:
    seller.actions.clear()
    wanted = Wanted("unexpectedProblem", "k1", text="Der Zoll hält es auf.")
    say(ticket, wanted)
    deliver_all()

    assert refused(ticket, wanted) == "did_not_leave"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Wanted("unexpectedProblem", "k", text="  "), "form_text_missing"),
        (Wanted("unexpectedProblem", "k", text="x" * 2001), "form_text_too_long"),
        (Wanted("unexpectedProblem", "k", text="Hallo <b>Sie</b>"), "form_text_not_allowed"),
        (Wanted("unexpectedProblem", "k", text="an a@b.example"), "form_text_not_allowed"),
        (Wanted("invoice", "k"), "form_files_missing"),
        (Wanted("nonsense", "k", text="x"), "form_unknown_kind"),
    ],
)
def test_what_amazon_does_not_take_is_said_before_anything_is_stored(
    ticket: Ticket, wanted: Wanted, code: str
) -> None:
    assert refused(ticket, wanted) == code
    assert not Outreach.objects.exists()


def test_what_amazon_does_not_allow_now_is_refused_in_words_and_may_be_asked_again(
    ticket: Ticket, seller: Seller
) -> None:
    seller.may_ask_for_review = False
    say(ticket, Wanted("review", "k1"))
    deliver_all()

    row = Outreach.objects.get()
    assert (row.state, row.last_code, seller.messages) == ("refused", "not_allowed_now", [])
    assert facts(ticket, "review_asked")[0]["code"] == "not_allowed_now"
    say(ticket, Wanted("review", "k2"))


def test_broken_line_makes_it_uncertain_until_a_person_says_so(
    ticket: Ticket, seller: Seller, running: Vendor
) -> None:
    say(ticket, Wanted("unexpectedProblem", "k1", text="Hallo"))
    links = {"_links": {"actions": [{"name": "unexpectedProblem", "href": "/x"}]}}
    running.fails_with(Answer(body=links), Answer(breaks="before"))
    deliver_all()
    row = Outreach.objects.get()
    assert row.state == "uncertain"
    assert deliver_all(timedelta(days=1)) == 0, "never sent again by itself"

    reach_delivery.confirm(row.pk, was_sent=False, by=an_admin(), now=NOW)

    assert seller.messages == []
    assert [one["state"] for one in facts(ticket, "typed_message")] == ["uncertain", "refused"]
    with pytest.raises(Refused, match="too_late"):
        reach_delivery.confirm(row.pk, was_sent=True, by=an_admin(), now=NOW)


def test_its_writer_hears_of_what_was_refused_or_is_uncertain_until_it_is_mended(
    ticket: Ticket, seller: Seller
) -> None:
    writer = an_admin()
    seller.may_ask_for_review = False
    say(ticket, Wanted("review", "k1"), by=writer)
    typed = say(ticket, Wanted("unexpectedProblem", "k2", text="Hallo"), by=writer)
    reach_delivery.claim(now=NOW)
    reach_delivery.claim(now=NOW)
    receipts = Receipt(Outcome.REFUSED, "not_allowed_now"), Receipt(Outcome.UNCERTAIN, "lost")
    for row, receipt in zip(Outreach.objects.order_by("pk"), receipts, strict=True):
        reach_delivery.settle(row.pk, receipt, now=NOW)

    assert look(QUICK, now=NOW + MINUTE) == 2

    told = {one.kind: one for one in Alert.objects.all()}
    assert sorted(told) == ["reply_refused", "reply_uncertain"]
    assert [(one.to, one.data["author"]) for one in told.values()] == [(["author"], writer.pk)] * 2
    assert [one.ticket_id for one in told.values()] == [ticket.pk] * 2
    words = [said.what for said in (say_alert(one) for one in told.values())]
    assert "request for a review" in words[0]
    assert "typed message" in words[1]
    assert health.figures(now=NOW)["comptoir_outreach_uncertain"] == 1
    assert health.figures(now=NOW)["comptoir_outreach_refused"] == 1
    assert causes.sweep(now=NOW + MINUTE) == 0, "still so"

    reach_delivery.confirm(typed.pk, was_sent=True, by=writer, now=NOW)
    say(ticket, Wanted("review", "k3"), by=writer)
    assert causes.sweep(now=NOW + MINUTE) == 2


def test_what_a_ticket_said_is_told_where_it_went_over_two_joins(
    ticket: Ticket, deliver: Deliver
) -> None:
    say(ticket, Wanted("review", "k1"))
    for number in ("302-1111111-1111111", "302-2222222-2222222"):
        deliver(
            amazon(
                "Noch etwas",
                at=FRIDAY,
                message_id=f"{number}@x",
                alias=f"a{number}@marketplace.amazon.de",
                order=number,
            )
        )
    _, second, last = Ticket.objects.order_by("pk")
    Ticket.objects.filter(pk=ticket.pk).update(merged_into=second)
    Ticket.objects.filter(pk=second.pk).update(merged_into=last)

    deliver_all()

    assert len(facts(last, "review_asked")) == 1
    assert facts(second, "review_asked") == []


def test_late_word_of_a_slow_sender_makes_it_wait_again_as_if_never_settled(
    ticket: Ticket,
) -> None:
    row = say(ticket, Wanted("review", "k1"))
    reach_delivery.claim(now=NOW)
    reach_delivery.settle_lost(now=NOW + 5 * MINUTE)
    reach_delivery.settle(row.pk, Receipt(Outcome.DEFERRED, "unreachable"), now=NOW + 6 * MINUTE)

    row.refresh_from_db()
    assert (row.state, row.settled_at) == ("queued", None)


@pytest.mark.parametrize("form", ["review", "unexpectedProblem"])
@pytest.mark.parametrize(("is_settled", "state"), [(False, "queued"), (True, "refused")])
def test_sender_whose_claim_ran_out_meanwhile_sends_nothing(
    ticket: Ticket, seller: Seller, monkeypatch: pytest.MonkeyPatch,
    form: str, is_settled: bool, state: str,
) -> None:  # fmt: skip
    row = say(ticket, Wanted(form, "k1", text="" if form == "review" else "Hallo"))
    asks = messaging._actions

    def slow(*asked: Any) -> frozenset[str]:
        reach_delivery.settle_lost(now=NOW + 5 * MINUTE)
        if is_settled:
            reach_delivery.confirm(row.pk, was_sent=False, by=an_admin(), now=NOW + 6 * MINUTE)
        return asks(*asked)

    monkeypatch.setattr(messaging, "_actions", slow)
    deliver_all()

    row.refresh_from_db()
    assert (row.state, seller.messages) == (state, [])


def test_order_is_locked_before_the_ticket_as_where_orders_come_in(ticket: Ticket) -> None:
    with CaptureQueriesContext(connection) as asked:
        say(ticket, Wanted("review", "k1"))

    locks = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]
    assert 'FROM "orders_order"' in locks[0]
    assert "FROM tickets_ticket" in locks[1]


def test_whose_sender_died_is_uncertain_and_not_sent_twice(ticket: Ticket, seller: Seller) -> None:
    say(ticket, Wanted("review", "k1"))
    assert reach_delivery.claim(now=NOW) is not None
    assert reach_delivery.claim(now=NOW) is None, "two workers never get the same one"

    deliver_all(timedelta(minutes=5))

    assert (Outreach.objects.get().state, seller.messages) == ("uncertain", [])
    assert refused(ticket, Wanted("review", "k2")) == "review_asked"


def test_a_busy_amazon_is_asked_again_later(
    ticket: Ticket, seller: Seller, running: Vendor
) -> None:
    say(ticket, Wanted("review", "k1"))
    running.fails_with(*[Answer(503)] * 9)
    deliver_all()
    assert Outreach.objects.get().state == "queued"
    running.next_answers.clear()

    assert deliver_all(timedelta(minutes=10)) == 1

    assert Outreach.objects.get().state == "accepted"
    assert len(seller.messages) == 1


def test_nothing_leaves_in_watch_mode_nor_by_who_may_only_read(
    ticket: Ticket, seller: Seller
) -> None:
    reader = Person.objects.create_user(
        "n@x.example", "x", name="Noah", role=Role.READER, joined_at=FRIDAY
    )
    with pytest.raises(NotAllowed):
        say(ticket, Wanted("review", "k0"), by=reader)
    say(ticket, Wanted("review", "k1"))
    Channel.objects.update(is_watched_only=True)
    deliver_all()

    row = Outreach.objects.get()
    assert (row.state, row.last_code, seller.messages) == ("refused", "watch_mode", [])
    assert refused(ticket, Wanted("unexpectedProblem", "k2", text="x")) == "watch_mode"
