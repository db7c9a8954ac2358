"""The page of a conversation shows its buyer what was said to them, and nothing else."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.contact_form.conftest import DESK, TYPED, Send, read_in, text_of
from tests.web.shop import Shop, open_ticket

from comptoir.channels.contact_form import tokens
from comptoir.inbox.forms import pages
from comptoir.inbox.forms.finding import Form
from comptoir.inbox.outbox import outgoing_of
from comptoir.merchant.models import Connection, Route
from comptoir.storage import clock
from comptoir.tickets.actions import delivery, note, reply
from comptoir.tickets.actions.writing import NewFile
from comptoir.tickets.models import Message, Outbox, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def answered(send: Send, shop: Shop) -> Ticket:
    """A ticket from the form that Camille answered; a colleague left a note."""
    send()
    ticket = read_in()
    assert ticket is not None
    now = clock.now()
    note.add(ticket.pk, "Secret: the carrier lost it.", by=shop.camille, now=now)
    file = NewFile("label.pdf", "application/pdf", b"%PDF-1.4 label")
    reply.send(
        ticket.pk, "It comes tomorrow.", by=shop.camille, now=now, key="k" * 32, files=[file]
    )
    outbox = Outbox.objects.get()
    delivery.accepted(outbox.pk, at=now, now=now)
    return ticket


def link(now: datetime | None = None) -> str:
    outbox = Outbox.objects.select_related("message__ticket").order_by("id")[0]
    found = re.search(r"/talk/(\S+)", pages.below(outbox))
    assert found
    return f"/talk/{found[1]}"


def test_mail_carries_the_link_and_the_same_one_at_each_try(answered: Ticket) -> None:
    outbox = Outbox.objects.select_related("message").get()

    assert outgoing_of(outbox).text == outgoing_of(outbox).text
    assert link() in outgoing_of(outbox).text
    assert "Read everything and answer here" in outgoing_of(outbox).text


def test_buyer_reads_what_was_said_and_no_notes_or_names(answered: Ticket, buyer: Client) -> None:
    page = buyer.get(link())

    told = text_of(page)
    assert TYPED["message"] in told
    assert "It comes tomorrow." in told
    assert "Maison Perrin" in told
    assert "Secret" not in told
    assert "Camille" not in told
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert not page.cookies


def test_other_peoples_words_on_the_same_ticket_stay_hidden(
    answered: Ticket, buyer: Client
) -> None:
    first = Message.objects.filter(author="buyer").get()
    now = clock.now()
    for number, (author, kind, address) in enumerate(
        [("buyer", "buyer_message", "eve@x.example"), ("marketplace", "operator_message", ""),
         ("agent", "reply", "")],
    ):  # fmt: skip
        Message.objects.create(
            ticket=answered, channel=answered.channel, external_id=f"x{number}", author=author,
            kind=kind, from_address=address, text=f"hidden {author}", new_text=f"hidden {author}",
            occurred_at=now, stored_at=now,
            state="accepted" if author == "agent" else "received",
        )  # fmt: skip

    assert first.new_text in text_of(buyer.get(link()))
    assert "hidden" not in text_of(buyer.get(link()))


def test_answer_from_the_page_opens_the_ticket_again(
    answered: Ticket, buyer: Client, form: Form
) -> None:
    answered.refresh_from_db()
    assert answered.status == "waiting_on_buyer"
    token = tokens.fresh(form.signing_key, now=clock.now() - timedelta(minutes=1))
    photo = SimpleUploadedFile("box.png", b"png", "image/png")
    sent = buyer.post(
        link(), {"message": "Thank you. And the second lamp?", "token": token, "files": [photo]},
        headers={"origin": DESK},
    )  # fmt: skip
    read_in()

    assert sent.status_code == 302
    assert "Your answer is with us" in text_of(buyer.get(sent.headers["Location"]))
    answered.refresh_from_db()
    assert (answered.status, Ticket.objects.count()) == ("open", 1)
    last = answered.messages.filter(author="buyer").order_by("-id")[0]
    assert (last.from_address, last.files.get().name) == ("anna@berg.example", "box.png")
    assert "And the second lamp?" in text_of(buyer.get(link()))


def test_link_ends_and_cannot_be_guessed_or_changed(
    answered: Ticket, buyer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = link()
    changed = [good[:-1] + ("A" if good[-1] != "A" else "B"), "/talk/x", "/talk/e30:abc"]
    later = clock.now() + timedelta(days=31)

    assert [buyer.get(address).status_code for address in changed] == [404, 404, 404]
    monkeypatch.setattr("comptoir.storage.clock.now", lambda: later)
    ended = buyer.get(good)
    assert ended.status_code == 404
    assert "TYPED" not in text_of(ended)
    assert "Maison Perrin" not in text_of(ended)


def test_files_are_handed_out_by_the_link_alone(answered: Ticket, buyer: Client) -> None:
    mine = answered.messages.get(author="agent", state="accepted").files.get()
    hidden = answered.messages.filter(state="note").get()
    other = hidden.files.create(file=mine.file, name="secret.pdf", content_type="application/pdf")

    taken = buyer.get(f"{link()}/files/{mine.pk}")
    refused = buyer.get(f"{link()}/files/{other.pk}")

    assert (taken.content, refused.status_code) == (b"%PDF-1.4 label", 404)
    assert "attachment" in taken.headers["Content-Disposition"]
    assert "label.pdf" in text_of(buyer.get(link()))


def test_without_days_no_mail_carries_a_link_and_old_links_end(
    answered: Ticket, buyer: Client, form: Form
) -> None:
    good = link()
    Connection.objects.filter(pk=form.row.pk).update(settings={**form.row.settings, "page_days": 0})
    outbox = Outbox.objects.select_related("message__ticket").get()

    assert pages.below(outbox) == ""
    assert buyer.get(good).status_code == 404


def test_mail_of_other_tickets_carries_no_link(shop: Shop) -> None:
    now = clock.now()
    ticket = open_ticket(shop, shop.own_shop, now=now)
    reply.send(ticket.pk, "Tomorrow.", by=shop.camille, now=now, key="m" * 32)

    assert pages.below(Outbox.objects.select_related("message__ticket").get()) == ""


def test_answer_leaves_by_mail_though_the_channel_has_an_api(send: Send, shop: Shop) -> None:
    row = Connection.objects.create(
        kind="http_api", name="Bridge", created_at=clock.now(), settings={}
    )
    Route.objects.create(connection=row, channel=shop.own_shop)
    send()
    ticket = read_in()
    assert ticket is not None

    reply.send(ticket.pk, "Tomorrow.", by=shop.camille, now=clock.now(), key="a" * 32)

    assert Outbox.objects.get().connection_id == shop.mailbox.pk
