"""Taking messages in: tickets found or opened, clocks set, nothing twice."""

from datetime import timedelta

from tests.tickets.conftest import FRIDAY, Desk

from comptoir.storage.models import Change
from comptoir.tickets.models import Clock, Fact, Message, Outcome, ThreadKey, Ticket

HOUR = timedelta(hours=1)


def test_receive_opens_a_ticket_with_target_and_limit_of_the_marketplace(desk: Desk) -> None:
    ticket = desk.writes("Where is my parcel?", at=FRIDAY)

    assert ticket.status == "open"
    assert ticket.gist == "Where is my parcel?"
    assert ticket.oldest_unanswered_at == FRIDAY
    assert ticket.target_at == FRIDAY + 14 * HOUR
    assert ticket.limit_at == FRIDAY + 24 * HOUR
    assert ticket.next_deadline_at == ticket.target_at
    assert (ticket.queue_tier, ticket.queue_at) == (1, ticket.target_at)
    assert [c.kind for c in Clock.objects.filter(ticket=ticket)] == ["first_reply"]
    assert Outcome.objects.get(ticket=ticket).asked_at == FRIDAY


def test_receive_counts_office_hours_on_the_own_shop(desk: Desk) -> None:
    """R46: Friday 17:40 in Lyon, hours 9 to 18, four hours: Monday 12:40."""
    ticket = desk.writes(at=FRIDAY, channel=desk.shop)

    assert ticket.limit_at is None
    assert ticket.target_at == FRIDAY + timedelta(days=2, hours=19)


def test_receive_keeps_the_clock_of_the_oldest_unanswered_message(desk: Desk) -> None:
    first = desk.writes("Where is it?", at=FRIDAY)
    again = desk.writes("Hello?", at=FRIDAY + 3 * HOUR)

    assert again.pk == first.pk
    assert again.oldest_unanswered_at == FRIDAY
    assert again.limit_at == FRIDAY + 24 * HOUR
    assert again.gist == "Hello?"
    assert Outcome.objects.filter(ticket=first).count() == 2


def test_receive_of_the_same_message_changes_nothing(desk: Desk) -> None:
    ticket = desk.writes("Where is it?", external_id="same@buyers.example")
    changes = Change.objects.count()

    again = desk.writes("Where is it?", external_id="same@buyers.example", find_by=("alias:other",))

    assert again.pk == ticket.pk
    assert Message.objects.count() == 1
    assert Change.objects.count() == changes


def test_receive_of_another_message_under_a_known_id_loses_nothing(desk: Desk) -> None:
    desk.writes("Where is it?", external_id="same@buyers.example")
    ticket = desk.writes("And the invoice?", external_id="same@buyers.example")

    assert [m.text for m in ticket.messages.order_by("id")] == ["Where is it?", "And the invoice?"]


def test_receive_of_a_portal_reply_stops_the_clock(desk: Desk) -> None:
    desk.writes(at=FRIDAY)
    ticket = desk.writes(
        "It is on its way.",
        at=FRIDAY + 2 * HOUR,
        author="agent",
        kind="reply_copy",
        seen_elsewhere=True,
        facts=(
            ("agent_reply", {"seen_elsewhere": True}),
            ("status", {"to": "waiting_on_buyer"}),
        ),
    )

    assert ticket.status == "waiting_on_buyer"
    assert ticket.oldest_unanswered_at is None
    assert ticket.queue_tier is None
    outcome = Outcome.objects.get(ticket=ticket)
    assert outcome.answered_at == FRIDAY + 2 * HOUR
    assert outcome.within_limit is True
    assert Clock.objects.get(ticket=ticket).state == "met"


def test_receive_of_a_portal_reply_that_did_not_know_a_later_message_leaves_it_open(
    desk: Desk,
) -> None:
    desk.writes(at=FRIDAY)
    desk.writes("Anyone?", at=FRIDAY + 3 * HOUR)
    ticket = desk.writes(
        "It is on its way.",
        at=FRIDAY + 2 * HOUR,
        now=FRIDAY + 4 * HOUR,
        author="agent",
        kind="reply_copy",
        facts=(("agent_reply", {"seen_elsewhere": True}),),
    )

    assert ticket.status == "open"
    assert ticket.oldest_unanswered_at == FRIDAY + 3 * HOUR


def test_receive_of_old_mail_is_closed_history_without_clocks(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY - timedelta(days=30), is_history=True)

    assert ticket.status == "closed"
    assert ticket.queue_tier is None
    assert not Clock.objects.filter(ticket=ticket).exists()
    assert [f.kind for f in Fact.objects.filter(ticket=ticket)] == ["history_buyer_message"]


def test_receive_opens_history_again_when_the_buyer_writes_now(desk: Desk) -> None:
    old = desk.writes(at=FRIDAY - timedelta(days=30), is_history=True)
    ticket = desk.writes("One more question", at=FRIDAY)

    assert ticket.pk == old.pk
    assert ticket.status == "open"
    assert ticket.oldest_unanswered_at == FRIDAY


def test_receive_of_a_claim_puts_the_ticket_on_top(desk: Desk) -> None:
    desk.writes(at=FRIDAY)
    due = FRIDAY + timedelta(days=3)
    ticket = desk.writes(
        "A claim was opened",
        at=FRIDAY + HOUR,
        author="marketplace",
        kind="claim",
        tier=0,
        tier_reasons=("notice:claim",),
        facts=(("case_opened", {"due_at": due.isoformat()}),),
    )

    assert (ticket.tier, ticket.queue_tier) == (0, 0)
    kinds = dict(Clock.objects.filter(ticket=ticket).values_list("kind", "limit_at"))
    assert kinds == {"first_reply": FRIDAY + 24 * HOUR, "case": due}


def test_receive_of_the_marketplaces_decision_takes_the_claim_down(desk: Desk) -> None:
    desk.writes("Claim", author="marketplace", kind="claim", tier=0, facts=(("case_opened", {}),))
    ticket = desk.writes(
        "Decided",
        at=FRIDAY + HOUR,
        author="marketplace",
        kind="claim",
        tier=2,
        facts=(("case_answered", {"id": ""}),),
    )

    assert ticket.tier == 2
    assert ticket.queue_tier is None
    assert Clock.objects.get(ticket=ticket, kind="case").state == "met"


def test_receive_of_a_mere_notice_is_kept_and_asks_nothing(desk: Desk) -> None:
    ticket = desk.writes(
        "Refund issued",
        author="marketplace",
        kind="notification",
        tier=3,
        facts=(("marketplace_message", {"asks_us": False}),),
    )

    assert ticket.status == "solved"
    assert ticket.queue_tier is None


def test_receive_counts_automatic_mail_by_thread_and_never_reopens_for_it(desk: Desk) -> None:
    desk.writes(at=FRIDAY)
    for hour in (1, 2):
        ticket = desk.writes(
            "I am out of office",
            at=FRIDAY + hour * HOUR,
            author="automation",
            kind="auto_reply",
            tier=3,
            facts=(("auto_reply", {}),),
        )

    assert ticket.automatic_count == 2
    assert ticket.oldest_unanswered_at == FRIDAY
    assert ticket.tier == 2


def test_receive_links_the_order_and_its_customer(desk: Desk) -> None:
    from comptoir.orders.models import Customer, Order

    customer = Customer.objects.create(name="Heike Sommer", created_at=FRIDAY)
    order = Order.objects.create(
        channel=desk.amazon,
        external_id="302-1234567-7654321",
        customer=customer,
        placed_at=FRIDAY,
        total="49.90",
        currency="EUR",
    )
    ticket = desk.writes(order_number="302-1234567-7654321")

    assert (ticket.order_id, ticket.customer_id) == (order.pk, customer.pk)


def test_receive_remembers_one_customer_for_an_alias(desk: Desk) -> None:
    first = desk.writes(thread="a1", find_by=("order:1",), known_as=("order:1",))
    second = desk.writes(thread="a1", find_by=("order:2",), known_as=("order:2",))

    assert first.pk != second.pk
    assert first.customer_id == second.customer_id
    assert first.customer_id is not None
    assert ThreadKey.objects.filter(ticket=second).count() == 1
    assert Ticket.objects.count() == 2


def test_receive_finds_a_conversation_by_its_own_key_however_common_another_key_is(
    desk: Desk,
) -> None:
    """Two dozen buyers of one name later, the first one writes again."""
    first = desk.writes(find_by=("alias:a0", "name:maria"), known_as=("alias:a0", "name:maria"))
    for number in range(1, 25):
        keys = (f"alias:a{number}", "name:maria")
        desk.writes(find_by=keys[:1], known_as=keys)

    again = desk.writes(find_by=("alias:a0", "name:maria"), known_as=("alias:a0",))

    assert (again.pk, again.message_count) == (first.pk, 2)


def test_receive_of_a_return_request_starts_the_clock_of_its_decision(desk: Desk) -> None:
    """R134: Amazon gives 48 hours to decide on a return; a reply to the buyer is no decision."""
    ticket = desk.writes(
        "Return request",
        author="marketplace",
        kind="return_request",
        facts=(("return_requested", {}),),
    )

    clock = Clock.objects.get(ticket=ticket)
    assert (clock.kind, clock.limit_at) == ("return_decision", FRIDAY + 48 * HOUR)
    assert (ticket.queue_tier, ticket.queue_at) == (1, FRIDAY + 24 * HOUR)
