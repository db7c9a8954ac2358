"""A shop at an operator on Mirakl, from a buyer's message to the accepted reply, through trouble."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from tests.channels.loopback import Answer, Vendor, vendor
from tests.channels.mirakl.operator import KEY, Operator, iso, message, order, refreshed, thread
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox import arrivals, connecting, connections, outbox
from comptoir.inbox.pulling import pull_by_id
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import ChannelFigure, Connection, Merchant, Person, Role
from comptoir.orders.models import Case, Order
from comptoir.storage.models import RawItem
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Message, MessageFile, Outbox, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
WROTE = FRIDAY + timedelta(minutes=5)


class Desk:
    """A connection to an operator of ours, and the clock of both."""

    def __init__(self, vendor: Vendor, operator: Operator, row: Connection) -> None:
        self.vendor, self.operator, self.row = vendor, operator, row
        self.now = FRIDAY + timedelta(hours=1)
        self.timeout_seconds = 30.0

    def fetch(self, *, minutes: int = 0) -> None:
        self.now += timedelta(minutes=minutes)
        pull_by_id(self.row.pk, clock=lambda: self.now)
        arrivals.read_waiting(clock=lambda: self.now)

    def writes(self, text: str, **more: Any) -> None:
        """Let the buyer write on the order, which moves the order's date."""
        self.operator.threads[0]["messages"].append(message(text, at=self.now, **more))
        refreshed(self.operator.threads[0])
        self.operator.orders[0] |= {"last_updated_date": iso(self.now)}

    def send(self, text: str, *, key: str = "k1") -> Outbox:
        reply.send(Ticket.objects.get().pk, text, by=_camille(), now=self.now, key=key)
        self.now += timedelta(minutes=1)
        outbox.deliver_due(clock=lambda: self.now)
        return Outbox.objects.latest("id")


def _camille() -> Person:
    found = Person.objects.filter(email="c@x.example").first()
    return found or Person.objects.create_user(
        "c@x.example", "x", name="Camille", role=Role.ADMIN, joined_at=FRIDAY
    )


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    Merchant.objects.get_or_create(name="Maison Perrin", defaults={"time_zone": "Europe/Paris"})
    operator = Operator(
        orders=[order("A-1-A", at=FRIDAY, has_customer_message=True)],
        threads=[thread("t1", message("Où est ma lampe ?", at=WROTE))],
    )
    with vendor(operator.answer) as running:
        start = FRIDAY - timedelta(days=7)
        new = connecting.NewChannel("conforama", "Conforama", start, "FR", locale="fr")
        row = connecting.connect(
            "mirakl", "Conforama", {"base_url": running.url}, {"key": KEY}, [new],
            by=None, now=start,
        )  # fmt: skip
        forget_routes()
        made = Desk(running, operator, row)
        operator.clock = lambda: made.now
        monkeypatch.setattr(connections, "around_of", lambda _: _around(made))
        yield made
    assert operator.broken == []


def _around(desk: Desk) -> Around:
    return Around(now=lambda: desk.now, patience_seconds=2.0, timeout_seconds=desk.timeout_seconds)


def test_buyers_message_becomes_a_ticket_with_its_order_and_the_reply_leaves(desk: Desk) -> None:
    desk.fetch()

    ticket = Ticket.objects.get()
    assert (ticket.buyer_name, ticket.language, ticket.order) == (
        "Anna Berg", "fr", Order.objects.get(),
    )  # fmt: skip
    assert (ticket.next_kind, ticket.order_number) == ("first_reply", "A-1-A")
    asked_at = Message.objects.get().occurred_at
    assert asked_at == WROTE

    sent = desk.send("Elle arrive demain.")
    desk.fetch(minutes=10)

    assert (sent.state, sent.connection_id) == ("accepted", desk.row.pk)
    assert desk.operator.threads[0]["messages"][-1]["to"] == [{"type": "CUSTOMER"}]
    assert Message.objects.filter(author="agent").count() == 1
    ticket.refresh_from_db()
    assert ticket.status == "waiting_on_buyer"
    assert not RawItem.objects.exclude(state="done").exists()


def test_it_comes_through_a_bad_day_whole_and_once(desk: Desk) -> None:
    """429, 500, a time-out's silence, half an answer, an empty one, a refused key, duplicates."""
    desk.fetch()
    desk.writes("Hallo ?")
    desk.vendor.fails_with(
        Answer(429, headers={"retry-after": "0.01"}), Answer(500), Answer(breaks="before"),
        Answer(body={"orders": []}, breaks="after"),
    )  # fmt: skip
    for _ in range(3):
        with suppress(ChannelError):
            desk.fetch(minutes=6)
    for trouble in (Answer(body=b""), Answer(401)):
        desk.vendor.fails_with(trouble)
        with pytest.raises(ChannelError):
            desk.fetch(minutes=6)
    Connection.objects.update(cursor={})
    desk.fetch(minutes=6)
    desk.fetch(minutes=6)

    assert [one.text for one in Message.objects.order_by("occurred_at")] == [
        "Où est ma lampe ?", "Hallo ?",
    ]  # fmt: skip
    assert Ticket.objects.count() == 1
    assert Order.objects.count() == 1


def test_answer_given_in_the_portal_is_credited(desk: Desk) -> None:
    desk.fetch()
    desk.writes("Elle part ce soir.", by="SHOP_USER")
    desk.fetch(minutes=6)

    ticket = Ticket.objects.get()
    assert Message.objects.get(author="agent").seen_elsewhere
    assert (ticket.status, ticket.queue_tier) == ("waiting_on_buyer", None)


def test_copy_that_comes_back_under_another_number_is_known_by_its_words(desk: Desk) -> None:
    """Some operators number a message anew when the inbox shows it."""
    desk.fetch()
    desk.send("Elle arrive demain.")
    desk.operator.threads[0]["messages"][-1] |= {
        "id": "another",
        "body": "<p>Elle arrive demain.</p>",
    }
    desk.operator.orders[0] |= {"last_updated_date": iso(desk.now)}
    desk.fetch(minutes=6)
    desk.fetch(minutes=6)

    assert Message.objects.filter(author="agent").count() == 1


def test_reply_whose_answer_was_lost_is_found_and_not_sent_again(desk: Desk) -> None:
    desk.fetch()

    desk.vendor.fails_with(Answer(500))
    sent = desk.send("Elle arrive demain.")
    assert sent.state == "uncertain"
    desk.writes("Elle arrive demain.", by="SHOP_USER")
    outbox.look_for_uncertain(clock=lambda: desk.now)
    desk.fetch(minutes=6)

    sent.refresh_from_db()
    assert sent.state == "accepted"
    assert Message.objects.filter(author="agent").count() == 1
    assert [one.method for one in desk.vendor.asked].count("POST") == 1


def test_photo_comes_with_its_message(desk: Desk) -> None:
    desk.operator.files = {"f1": b"\x89PNG"}
    desk.writes("Voyez", attachments=[{"id": "f1", "name": "photo.png", "size": 4}])
    desk.fetch()

    file = MessageFile.objects.get()
    assert (file.name, bytes(file.file.content)) == ("photo.png", b"\x89PNG")


def test_questions_before_a_sale_and_the_operators_own_stay_apart(desk: Desk) -> None:
    desk.operator.threads += [
        thread("t2", message("Est-elle dimmable ?", at=WROTE), kind="MMP_OFFER", about="881"),
        thread("t3", message("<p>Merci de fournir la facture.</p>", at=WROTE, by="OPERATOR_USER"),
               kind="SELLER_OPERATOR", about="2001"),
    ]  # fmt: skip
    desk.fetch()

    by_text = {one.text: one for one in Message.objects.select_related("ticket")}
    assert len({one.ticket_id for one in by_text.values()}) == 3
    asked = by_text["Merci de fournir la facture."]
    assert (asked.author, asked.links["stream"]) == ("marketplace", "operator")
    assert asked.ticket.status == "open"


def test_incident_return_and_figures_are_kept(desk: Desk) -> None:
    desk.operator.orders[0]["order_lines"][0] |= {
        "order_line_state": "INCIDENT_OPEN", "order_line_state_reason_label": "Colis non reçu",
    }  # fmt: skip
    desk.operator.returns = [{
        "id": "r-1", "order_id": "A-1-A", "date_created": iso(WROTE), "last_updated": iso(WROTE),
        "state": "WAITING_ACCEPTANCE", "reason_code": "RETURN_CHANGED_MIND",
        "return_lines": [{"order_line_id": "A-1-A-1", "quantity": 1}],
    }]  # fmt: skip
    desk.operator.statistics = {"incident_rate": [{"period": "LAST_MONTH", "value": 0.031}]}
    desk.fetch()

    cases = {(one.kind, one.state, one.order_number) for one in Case.objects.all()}
    assert cases == {("claim", "opened", "A-1-A"), ("return", "opened", "A-1-A")}
    ticket = Ticket.objects.get()
    assert ticket.tier == 0
    assert Order.objects.get().returns.get().state == "requested"
    figure = ChannelFigure.objects.get()
    assert (figure.name, str(figure.value)) == ("incident_rate", "0.031000")


def test_conversation_that_the_portal_marked_needs_no_answer(desk: Desk) -> None:
    desk.fetch()
    value = desk.operator.threads[0]
    value["no_store_reply_needed"] = [{"date": iso(desk.now), "user_type": "SHOP"}]
    refreshed(value)
    desk.operator.orders[0] |= {"last_updated_date": iso(desk.now)}
    desk.fetch(minutes=6)

    assert Ticket.objects.get().status == "solved"


@pytest.mark.parametrize("way", ["silent", "body"])
def test_operator_that_keeps_silent_is_waited_for_and_nothing_is_lost_or_sent_twice(
    desk: Desk, way: str
) -> None:
    desk.fetch()
    desk.writes("Hallo ?")
    desk.timeout_seconds = 0.5
    desk.vendor.fails_with(*[Answer(body={"orders": []}, breaks=way)] * 4)
    with pytest.raises(ChannelError, match="unreachable"):
        desk.fetch(minutes=6)
    assert Message.objects.count() == 1
    desk.vendor.next_answers.clear()
    desk.timeout_seconds = 30.0
    desk.fetch(minutes=6)
    assert Message.objects.count() == 2

    desk.timeout_seconds = 0.5
    desk.vendor.fails_with(Answer(body={"message_id": "m9"}, breaks=way))
    sent = desk.send("Elle arrive demain.")
    written = [one.method for one in desk.vendor.asked].count("POST")
    desk.timeout_seconds = 30.0
    for _ in range(3):
        desk.now += timedelta(minutes=10)
        outbox.deliver_due(clock=lambda: desk.now)

    sent.refresh_from_db()
    assert sent.state == "uncertain"
    assert sent.last_reply.endswith("ReadTimeout")
    assert [one.method for one in desk.vendor.asked].count("POST") == written == 1
    assert Ticket.objects.get().facts.filter(kind="reply_uncertain").count() == 1
