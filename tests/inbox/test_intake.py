"""Raw mail to tickets, through the whole of intake."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.inbox import letters
from tests.inbox.conftest import Deliver
from tests.tickets.conftest import FRIDAY, person

from comptoir.inbox import arrivals, pulling, queue
from comptoir.inbox.filter_sql import Moment
from comptoir.inbox.filters import NONE
from comptoir.inbox.naming import shown_name
from comptoir.inbox.search.hits import hits
from comptoir.merchant.models import Channel
from comptoir.merchant.rights import rights_of
from comptoir.storage.models import RawItem
from comptoir.tickets.actions import delivery, reply
from comptoir.tickets.models import Message, Outbox, Ticket

HOUR = timedelta(hours=1)


def test_intake_puts_an_amazon_mail_on_its_channel_with_both_deadlines(deliver: Deliver) -> None:
    message = deliver(letters.amazon(at=FRIDAY))

    assert message is not None
    ticket = message.ticket
    assert ticket.channel.name == "Amazon.de"
    assert (ticket.buyer_name, ticket.order_number) == ("Heike Sommer", letters.ORDER)
    assert ticket.reply_address == letters.ALIAS
    assert ticket.gist == "Wo ist mein Paket?"
    assert ticket.language == "de"
    assert ticket.intents == ["where_is_my_order"]
    assert ticket.limit_at == FRIDAY + 24 * HOUR
    assert message.links["no_response_needed"].startswith("https://sellercentral.amazon.de/")
    assert message.evidence
    assert RawItem.objects.get().state == "done"


def test_intake_threads_by_alias_and_keeps_another_order_apart(deliver: Deliver) -> None:
    deliver(letters.amazon(at=FRIDAY))
    deliver(letters.amazon("Hallo?", at=FRIDAY + HOUR, message_id="m2@a.example"))
    deliver(
        letters.amazon(
            "Und die Rechnung?",
            at=FRIDAY + HOUR,
            message_id="m3@a.example",
            order="302-7777777-1111111",
        )
    )

    sizes = Ticket.objects.order_by("id").values_list("message_count", "order_number")
    assert list(sizes) == [(2, letters.ORDER), (1, "302-7777777-1111111")]
    assert Ticket.objects.values("customer_id").distinct().count() == 1


def test_intake_takes_the_same_mail_in_two_folders_once(deliver: Deliver) -> None:
    raw = letters.amazon(at=FRIDAY)
    deliver(raw, external_id="INBOX/1/7")
    deliver(raw, external_id="Archive/3/9")

    assert RawItem.objects.filter(state="done").count() == 2
    assert Message.objects.count() == 1


def test_intake_of_the_same_page_twice_stores_it_once(deliver: Deliver) -> None:
    raw = letters.amazon(at=FRIDAY)
    deliver(raw, external_id="INBOX/1/7")
    deliver(raw, external_id="INBOX/1/7")

    assert RawItem.objects.count() == 1


def test_intake_gives_a_direct_customer_to_the_own_shop(deliver: Deliver) -> None:
    message = deliver(
        letters.direct("Livrez-vous en Corse ?", at=FRIDAY, message_id="d1@c.example")
    )

    assert message is not None
    assert message.ticket.channel.name == "maison-perrin.example"
    assert message.ticket.reply_address == "paul.martin@courrier.example"
    assert message.ticket.limit_at is None


def test_intake_puts_what_no_channel_claims_in_a_place_of_its_own(deliver: Deliver) -> None:
    raw = letters.amazon("Where is it?", at=FRIDAY, alias="zzz@marketplace.amazon.co.uk").replace(
        b"A1PA6795UKMFR9", b"A1F83G8C2ARO7P"
    )
    message = deliver(raw)

    assert message is not None
    assert message.ticket.channel.is_catch_all
    assert message.ticket.limit_at == FRIDAY + 24 * HOUR
    assert "no_channel:amazon" in message.evidence


def test_intake_never_believes_a_date_from_the_future_or_from_1970(deliver: Deliver) -> None:
    future = datetime(2027, 3, 6, tzinfo=UTC)
    raw = letters.direct("Bonjour", at=future, message_id="f@c.example")
    old = letters.direct("Salut", at=datetime(1970, 1, 1, tzinfo=UTC), message_id="o@c.example")

    assert [deliver(raw).occurred_at, deliver(old).occurred_at] == [FRIDAY, FRIDAY]  # type: ignore[union-attr]


def test_intake_does_not_shift_the_deadline_by_our_own_delay(deliver: Deliver) -> None:
    """R5: read three hours late, the clock still counts from when Amazon sent it."""
    message = deliver(letters.amazon(at=FRIDAY), at=FRIDAY + 3 * HOUR)

    assert message is not None
    assert message.ticket.limit_at == FRIDAY + 24 * HOUR


def test_intake_makes_older_mail_closed_history(deliver: Deliver) -> None:
    message = deliver(
        letters.amazon(at=FRIDAY - timedelta(days=20)), at=FRIDAY - timedelta(days=20)
    )

    assert message is not None
    assert message.ticket.status == "closed"


def test_intake_of_a_bounce_reopens_the_ticket_of_the_reply(deliver: Deliver) -> None:
    first = deliver(letters.amazon(at=FRIDAY))
    assert first is not None
    camille = person("Camille Perrin", role="admin")  # type: ignore[arg-type]
    reply.send(first.ticket_id, "Morgen.", by=camille, now=FRIDAY + HOUR, key="key1")
    (claimed,) = delivery.claim(now=FRIDAY + 2 * HOUR)
    delivery.accepted(claimed.pk, at=FRIDAY + 2 * HOUR, now=FRIDAY + 2 * HOUR)
    assert Ticket.objects.get().oldest_unanswered_at is None

    sent = Outbox.objects.get().envelope["message_id"]
    deliver(letters.bounce(sent, at=FRIDAY + 3 * HOUR), at=FRIDAY + 3 * HOUR)

    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.oldest_unanswered_at) == ("open", FRIDAY)
    assert Outbox.objects.get().last_code != ""
    assert ticket.messages.filter(kind="bounce").count() == 1


def test_intake_of_our_own_sent_copy_adds_nothing_and_settles_the_uncertain(
    deliver: Deliver,
) -> None:
    first = deliver(letters.amazon(at=FRIDAY))
    assert first is not None
    camille = person("Camille Perrin", role="admin")  # type: ignore[arg-type]
    reply.send(first.ticket_id, "Morgen.", by=camille, now=FRIDAY + HOUR, key="key1")
    (claimed,) = delivery.claim(now=FRIDAY + 2 * HOUR)
    delivery.uncertain(claimed.pk, now=FRIDAY + 2 * HOUR)

    copy = letters.direct(
        "Morgen.",
        at=FRIDAY + 2 * HOUR,
        message_id=claimed.envelope["message_id"],
        sender="info@maison-perrin.example",
        subject="Re: Anfrage",
        to=letters.ALIAS,
    )
    deliver(copy, at=FRIDAY + 2 * HOUR)

    assert Outbox.objects.get().state == "accepted"
    assert Ticket.objects.get().message_count == 2


def test_intake_quarantines_what_breaks_it_and_goes_on(deliver: Deliver) -> None:
    row = deliver.connection  # type: ignore[attr-defined]
    Channel.objects.update(is_active=False)
    from comptoir.inbox.routing import forget_routes

    forget_routes()
    deliver(letters.amazon(at=FRIDAY))
    assert RawItem.objects.get().state == "quarantined"
    assert RawItem.objects.get().error_code == "no_channel"

    Channel.objects.update(is_active=True)
    forget_routes()
    assert arrivals.retry(RawItem.objects.get().pk, now=FRIDAY + HOUR) is True
    assert Ticket.objects.count() == 1
    assert row.pk == RawItem.objects.get().connection_id


def test_store_moves_the_cursor_with_the_page_or_not_at_all(deliver: Deliver) -> None:
    from comptoir.channels.kernel.protocol import Page
    from comptoir.channels.kernel.protocol import RawItem as Item

    row = deliver.connection  # type: ignore[attr-defined]
    page = Page((Item("INBOX/1/90", b"Subject: x\n\ny"),), {"INBOX": {"last_uid": 90}})

    assert pulling.store(row, page, now=FRIDAY) == 1
    assert pulling.store(row, page, now=FRIDAY) == 0
    row.refresh_from_db()
    assert row.cursor == {"INBOX": {"last_uid": 90}}


def test_stored_clocks_equal_the_function_after_all_of_it(deliver: Deliver) -> None:
    from comptoir.tickets.verifying import differences

    deliver(letters.amazon(at=FRIDAY))
    deliver(letters.amazon("Hallo?", at=FRIDAY + HOUR, message_id="m2@a.example"))
    assert list(differences(now=FRIDAY + 30 * HOUR)) == []

    Ticket.objects.get().clocks.update(limit_at=FRIDAY)
    (difference,) = differences(now=FRIDAY + 2 * HOUR)
    assert (difference.kind, difference.field) == ("first_reply", "limit_at")


def test_a_full_disk_loses_nothing_and_the_rest_goes_on_later(deliver: Deliver) -> None:
    """The database refuses to write: the mail is nobody's fault, stays, and is read again."""
    from django.db import OperationalError, connection

    from comptoir.inbox.health import troubles

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'could not extend file: No space left' USING ERRCODE = '53100'; "
            "END $$; CREATE TRIGGER full_disk BEFORE INSERT ON tickets_message "
            "FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
    with pytest.raises(OperationalError):
        deliver(letters.amazon(at=FRIDAY))
    assert RawItem.objects.get().state == "new"
    codes = [trouble.code for trouble in troubles(now=FRIDAY + HOUR)]
    assert codes == ["connection_silent", "intake_behind"]

    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER full_disk ON tickets_message")
    assert arrivals.read_waiting(clock=lambda: FRIDAY + HOUR) == 1
    assert Ticket.objects.get().oldest_unanswered_at == FRIDAY


def test_a_stranger_who_writes_to_a_relay_stops_no_clock(deliver: Deliver) -> None:
    deliver(letters.amazon(at=FRIDAY))
    forged = letters.direct(
        "All is well.",
        at=FRIDAY + HOUR,
        message_id="x@attacker.example",
        sender="evil@attacker.example",
        to=letters.ALIAS,
    )
    deliver(forged, at=FRIDAY + HOUR)

    ticket = Ticket.objects.get(order_number=letters.ORDER)
    assert ticket.oldest_unanswered_at == FRIDAY
    assert not Message.objects.filter(author="agent").exists()


def test_portal_that_announces_a_message_is_not_shown_as_the_buyer(deliver: Deliver) -> None:
    raw = letters.direct(
        "Répondez dans votre espace vendeur.",
        at=FRIDAY,
        message_id="n1@clemarche.example",
        sender="Cdiscount <noreply@clemarche.com>",
        subject="Nouveau message client",
    )
    message = deliver(raw)

    assert message is not None
    assert (message.author, message.from_name) == ("buyer", "Cdiscount")
    ticket = message.ticket
    rights = rights_of(person("Camille", "admin"))
    row = queue.page(rights, queue.ask("all", NONE), moment=Moment(FRIDAY)).rows[0]
    found = hits(rights, [ticket.pk])[0]
    names = (row.buyer_name, shown_name(ticket.pk, ticket.buyer_name), found.buyer_name)
    assert names == ("", "", "")


def test_notice_that_no_buyer_wrote_is_named_after_its_sender(deliver: Deliver) -> None:
    raw = letters.direct(
        "Un remboursement de 64,90 EUR a été émis.",
        at=FRIDAY,
        message_id="r1@amazon.fr",
        sender="Amazon.fr <donotreply@amazon.fr>",
        subject="Remboursement émis pour la commande 405-2521199-1702635",
    )
    message = deliver(raw)

    assert message is not None
    assert (message.author, message.ticket.buyer_name) == ("marketplace", "")
    ticket = message.ticket
    rights = rights_of(person("Camille", "admin"))
    row = queue.page(rights, queue.ask("all", NONE), moment=Moment(FRIDAY)).rows[0]
    found = hits(rights, [ticket.pk])[0]
    names = (row.buyer_name, shown_name(ticket.pk, ticket.buyer_name), found.buyer_name)
    assert names == ("Amazon.fr",) * 3
