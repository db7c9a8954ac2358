"""A message from the form becomes a ticket; nothing is lost, nothing is told, robots are slowed down."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.contact_form.conftest import DESK, SITE, TYPED, Send, read_in, text_of
from tests.web.shop import Shop

from comptoir.channels.contact_form import proof, tokens
from comptoir.inbox.forms import limits
from comptoir.inbox.forms.finding import Form
from comptoir.inbox.models import FormCount
from comptoir.merchant.models import Connection
from comptoir.orders.models import Customer, Order
from comptoir.storage import clock
from comptoir.storage.models import RawItem
from comptoir.tickets.models import Message, MessageFile, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(shop: Shop) -> Order:
    now = clock.now()
    anna = Customer.objects.create(name="Anna Berg", email="Anna@Berg.example", created_at=now)
    return Order.objects.create(
        channel=shop.own_shop, external_id="MP-1001", customer=anna, placed_at=now,
        state="shipped", total="49.90", currency="EUR", shipped_at=now, carrier="DHL",
        tracking_number="JD0146",
    )  # fmt: skip


def test_message_is_stored_raw_first_and_becomes_a_ticket_with_its_clock(
    send: Send, shop: Shop
) -> None:
    answer = send()

    raw = RawItem.objects.get()
    assert (answer.status_code, raw.state) == (200, "new")
    assert json.loads(bytes(raw.content))["text"] == TYPED["message"]
    ticket = read_in()
    assert ticket is not None
    assert (ticket.channel, ticket.buyer_name, ticket.reply_address) == (
        shop.own_shop, "Anna Berg", "anna@berg.example",
    )  # fmt: skip
    assert ticket.next_kind == "first_reply"
    assert "We will answer to anna@berg.example" in text_of(answer)


def test_same_form_sent_twice_is_one_message(form: Form, buyer: Client) -> None:
    token = tokens.fresh(form.signing_key, now=clock.now() - timedelta(minutes=1))
    answers = [
        buyer.post(f"/form/{form.key}", {**TYPED, "token": token}, headers={"origin": DESK})
        for _ in range(2)
    ]
    read_in()

    assert [answer.status_code for answer in answers] == [200, 200]
    assert Message.objects.count() == 1
    assert "We had this message already" in text_of(answers[1])


def test_another_text_in_the_same_form_is_another_message(form: Form, buyer: Client) -> None:
    token = tokens.fresh(form.signing_key, now=clock.now() - timedelta(minutes=1))
    for text in ("First words", "Gone back, and written anew"):
        typed = {**TYPED, "message": text, "token": token}
        buyer.post(f"/form/{form.key}", typed, headers={"origin": DESK})
    read_in()

    assert Message.objects.count() == 2


def test_hostile_words_stay_words(form: Form, buyer: Client) -> None:
    hostile = '"><script>alert(1)</script>'
    typed = {**TYPED, "name": hostile, "message": hostile, "order_number": hostile, "at": hostile}
    pages = [
        buyer.post(f"/form/{form.key}", typed, headers={"origin": origin}).content.decode()
        for origin in (DESK, "https://evil.example")
    ]
    looked_up = buyer.post(f"/form/{form.key}/order", typed, headers={"origin": DESK})

    for page in (*pages, looked_up.content.decode()):
        assert "<script>alert" not in page


def test_order_number_counts_only_with_the_address_it_was_ordered_with(
    send: Send, order: Order
) -> None:
    send(order_number="#MP-1001")
    proven = read_in()
    send(order_number="MP-1001", email="mallory@evil.example", name="Mallory")
    guessed = read_in()

    assert proven is not None
    assert guessed is not None
    assert (proven.order, proven.order_number) == (order, "MP-1001")
    assert (guessed.order, guessed.order_number) == (None, "")
    assert guessed.pk != proven.pk
    assert "MP-1001" in guessed.subject


def test_order_is_told_to_its_buyer_and_to_nobody_else(
    form: Form, buyer: Client, order: Order
) -> None:
    def ask(number: str, email: str) -> str:
        return text_of(
            buyer.post(
                f"/form/{form.key}/order",
                {**TYPED, "order_number": number, "email": email},
                headers={"origin": DESK, "x-requested-with": "fetch"},
            )
        )

    told = ask("MP-1001", "anna@berg.example")
    wrong_address, no_order = ask("MP-1001", "eve@x.example"), ask("MP-9", "anna@berg.example")

    assert "On its way" in told
    assert "JD0146" in told
    assert wrong_address == no_order
    assert "no order with this number" in no_order


def test_order_is_looked_up_without_a_script_and_what_was_typed_stays(
    form: Form, buyer: Client, order: Order
) -> None:
    page = buyer.post(
        f"/form/{form.key}/order", {**TYPED, "order_number": "MP-1001"}, headers={"origin": DESK}
    )

    assert "JD0146" in text_of(page)
    assert TYPED["message"] in page.content.decode()


def test_look_ups_are_limited(form: Form, buyer: Client, order: Order) -> None:
    asked = {**TYPED, "order_number": "MP-1001"}
    statuses = [
        buyer.post(f"/form/{form.key}/order", asked, headers={"origin": DESK}).status_code
        for _ in range(limits.LOOK_UPS_BY_HOST.count + 1)
    ]

    assert statuses == [200] * limits.LOOK_UPS_BY_HOST.count + [429]


def test_files_come_along_and_other_kinds_are_declined(send: Send) -> None:
    photo = SimpleUploadedFile("broken lamp.jpg", b"\xff\xd8jpeg", "image/jpeg")
    bad = SimpleUploadedFile("invoice.exe", b"MZ", "image/jpeg")

    declined = send(files=[bad])
    taken = send(files=[photo])
    read_in()

    assert (declined.status_code, taken.status_code) == (422, 200)
    assert "cannot be sent" in text_of(declined)
    file = MessageFile.objects.get()
    assert (file.name, file.content_type, bytes(file.file.content)) == (
        "broken lamp.jpg", "image/jpeg", b"\xff\xd8jpeg",
    )  # fmt: skip
    assert not RawItem.objects.exclude(state="done").exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": ""}, "Please write your e-mail address"),
        ({"email": "anna@berg"}, "This is not an e-mail address"),
        ({"email": "anna@berg.example\r\nBcc: x@y.example"}, "This is not an e-mail address"),
        ({"message": "  "}, "Please write what it is about"),
        ({"message": "x" * 10_001}, "Please shorten your message"),
        ({"website": "https://spam.example"}, "looked like an automatic message"),
        ({"age": 0.1}, "very quick"),
        ({"age": 25 * 3600}, "lay open for a long time"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    send: Send, typed: dict[str, str], said: str
) -> None:
    answer = send(**typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert str(typed.get("message", TYPED["message"])).strip() in page
    assert not RawItem.objects.exists()


def test_form_of_another_site_is_declined_with_the_text_to_copy(send: Send) -> None:
    answer = send(origin="https://evil.example")

    assert answer.status_code == 403
    assert TYPED["message"] in answer.content.decode()
    assert not RawItem.objects.exists()


def test_plain_form_of_an_allowed_site_is_sent_after_one_more_look(
    form: Form, buyer: Client
) -> None:
    page = buyer.post(f"/form/{form.key}", TYPED, headers={"origin": SITE})

    assert page.status_code == 200
    assert "One more step" in text_of(page)
    assert TYPED["message"] in page.content.decode()
    assert not RawItem.objects.exists()


def test_forged_token_is_of_no_use(form: Form, send: Send) -> None:
    other = tokens.fresh(b"another key", now=clock.now() - timedelta(minutes=1))

    assert send(token=other).status_code == 422
    assert send(token="x.y.f.é").status_code == 422
    assert not RawItem.objects.exists()


def test_form_may_stand_on_the_allowed_sites_alone(form: Form, buyer: Client) -> None:
    answer = buyer.get(f"/form/{form.key}", {"at": "https://evil.example"})

    assert f"frame-ancestors 'self' {SITE};" in answer.headers["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in answer.headers
    assert "evil.example" not in answer.content.decode()
    assert not answer.cookies


def test_senders_are_limited_by_address_and_by_host_and_kept_as_hashes(send: Send) -> None:
    by_address = [send(host=f"192.0.2.{n}").status_code for n in range(limits.BY_ADDRESS.count + 1)]
    by_host = [
        send(email=f"a{n}@berg.example").status_code for n in range(limits.BY_HOST.count + 1)
    ]

    assert by_address == [200] * limits.BY_ADDRESS.count + [429]
    assert by_host == [200] * limits.BY_HOST.count + [429]
    keys = "".join(FormCount.objects.values_list("key", flat=True))
    assert "192.0.2" not in keys
    assert "berg" not in keys


def test_limit_ends_and_counts_are_forgotten(send: Send, form: Form) -> None:
    now = clock.now()
    counted = [(limits.BY_ADDRESS, "anna@berg.example")]
    waits = [limits.wait_for(form.row.pk, counted, now=now) for _ in range(7)]
    later = now + timedelta(minutes=61)

    assert waits[:6] == [None] * 6
    assert waits[6] == timedelta(hours=1)
    assert limits.forget_old(now=later) == 1
    assert limits.wait_for(form.row.pk, counted, now=later) is None


def test_ipv6_neighbours_of_one_line_are_one_host() -> None:
    assert limits.network("2001:db8:0:1::1") == limits.network("2001:db8:0:1:ffff::2")
    assert limits.network("2001:db8:0:1::1") != limits.network("2001:db8:0:2::1")
    assert limits.network("::ffff:192.0.2.7") == "192.0.2.7"


def test_proof_of_work_is_asked_for_and_waiting_stands_for_it(form: Form, send: Send) -> None:
    Connection.objects.filter(pk=form.row.pk).update(
        settings={**form.row.settings, "wants_proof": True}
    )
    at = clock.now() - timedelta(minutes=1)
    token = tokens.fresh(form.signing_key, now=at)
    nonce = token.split(".")[1]
    number = next(str(n) for n in range(10**6) if proof.is_proven(nonce, str(n)))
    slow = tokens.fresh(form.signing_key, now=at, is_slow=True)

    assert send(token=token, proof="0").status_code == 422
    assert send(token=token, proof=number).status_code == 200
    assert send(token=slow).status_code == 200


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "Écrivez-nous"), ("de", "Schreiben Sie uns"), ("es", "Escríbanos"), ("it", "Ci scriva"),
     ("pt", "Write to us")],
)  # fmt: skip
def test_form_speaks_the_language_of_its_page(
    form: Form, buyer: Client, language: str, said: str
) -> None:
    page = buyer.get(f"/form/{form.key}", {"lang": language})

    assert said in text_of(page)
    spoken = language if language != "pt" else "en"
    assert f'<html lang="{spoken}"' in page.content.decode()
    assert page.headers["Content-Language"] == spoken


def test_script_puts_the_frame_where_it_stands(form: Form, buyer: Client) -> None:
    answer = buyer.get(f"/form/{form.key}.js")

    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert f"/form/{form.key}" in answer.content.decode()
    assert "__FORM__" not in answer.content.decode()


def test_closed_and_unknown_forms_take_nothing(form: Form, send: Send, buyer: Client) -> None:
    Connection.objects.filter(pk=form.row.pk).update(state="paused")

    assert send().status_code == 503
    assert buyer.get("/form/nobody").status_code == 404
    assert buyer.post("/push/" + form.key, b"{}", "application/json").status_code == 404
    assert not Ticket.objects.exists()
