"""By what a mail finds its conversation, and when it must not."""

from comptoir.channels.mail.message import Address, DeliveryReport, Mail
from comptoir.channels.mail.recognition import (
    Candidate,
    Recognition,
    Role,
    choose_thread,
    recognise,
    thread_keys,
)

ALIAS = "k7f2m9q1x4@marketplace.amazon.de"
RELAY = Recognition("amazon", Role.BUYER_RELAY, buyer_alias=ALIAS)
FIRST, SECOND = "order:amazon:302-1234567-7654321", "order:amazon:303-1111111-2222222"
BUYER = f"alias:amazon:{ALIAS}"


def test_keys_are_ordered_references_then_case_alias_order():
    mail = Mail(
        sender=Address("", f"k7f2m9q1x4+case-9@{ALIAS.partition('@')[2]}"),
        in_reply_to=("b@x",),
        references=("a@x", "b@x"),
        subject="Frage (Bestellung: 302-1234567-7654321)",
        text="auch 303-1111111-2222222",
    )

    assert thread_keys(mail, recognise(mail)) == (
        "mid:b@x",
        "mid:a@x",
        "case:amazon:case-9",
        BUYER,
        FIRST,
        SECOND,
    )


def test_subject_alone_is_no_key():
    mail = Mail(sender=Address("", "anna@posteo.example"), subject="Re: Rechnung")

    assert thread_keys(mail, recognise(mail)) == ("alias:generic_email:anna@posteo.example",)


def test_unknown_channel_gives_references_only():
    mail = Mail(in_reply_to=("b@x",), subject="302-1234567-7654321")

    assert thread_keys(mail, Recognition("", Role.NOBODY)) == ("mid:b@x",)


def test_bounce_leads_to_the_reply_it_reports_on():
    mail = Mail(
        sender=Address("", "mailer-daemon@mx.example"),
        references=("other@x",),
        delivery_report=DeliveryReport(
            "failed", recipient=ALIAS, original_message_id="reply-1@shop.example"
        ),
        text="Quoted: 303-1111111-2222222",
    )

    assert thread_keys(mail, recognise(mail)) == ("mid:reply-1@shop.example", BUYER)


def test_copy_of_a_reply_names_its_buyer():
    mail = Mail(sender=Address("", "donotreply@amazon.de"), subject="Ihre E-Mail an Petra Vógel")

    assert thread_keys(mail, recognise(mail)) == ("name:amazon:petra vogel",)


def test_buyers_mail_is_filed_under_his_name_for_such_copies():
    mail = Mail(sender=Address("Petra Vogel - Amazon Marketplace", ALIAS))

    assert thread_keys(mail, recognise(mail)) == (BUYER, "name:amazon:petra vogel")


def test_second_order_on_the_same_alias_is_a_second_conversation():
    old = Candidate("t1", frozenset({BUYER, FIRST}))

    assert choose_thread((BUYER, SECOND), [old]) is None
    assert choose_thread((BUYER, FIRST), [old]) == "t1"


def test_reference_joins_even_a_different_order():
    old = Candidate("t1", frozenset({BUYER, FIRST, "mid:r1@shop.example"}))

    assert choose_thread(("mid:r1@shop.example", BUYER, SECOND), [old]) == "t1"


def test_alias_joins_when_one_side_knows_no_order():
    with_order = Candidate("t1", frozenset({BUYER, FIRST}))
    without = Candidate("t2", frozenset({BUYER}))

    assert choose_thread((BUYER,), [with_order]) == "t1"
    assert choose_thread((BUYER, FIRST), [without]) == "t2"
    assert choose_thread((BUYER, SECOND), [with_order, without]) == "t2"


def test_notice_of_an_order_joins_the_conversation_about_it():
    old = Candidate("t1", frozenset({BUYER, FIRST}))

    assert choose_thread((FIRST,), [old]) == "t1"


def test_direct_customer_is_joined_only_by_address_and_order_or_by_reference():
    anna, order = (
        "alias:generic_email:anna@posteo.example",
        "order:generic_email:302-1234567-7654321",
    )
    theirs = Candidate("t1", frozenset({anna, order, "mid:r1@shop.example"}))
    stranger = "alias:generic_email:eve@posteo.example"

    assert choose_thread((stranger, order), [theirs]) is None
    assert choose_thread((anna,), [theirs]) is None
    assert choose_thread((anna, order), [theirs]) == "t1"
    assert choose_thread(("mid:r1@shop.example", stranger), [theirs]) == "t1"


def test_name_joins_only_when_it_fits_one_conversation():
    first = Candidate("t1", frozenset({"name:amazon:petra vogel"}))
    second = Candidate("t2", frozenset({"name:amazon:petra vogel"}))

    assert choose_thread(("name:amazon:petra vogel",), [first]) == "t1"
    assert choose_thread(("name:amazon:petra vogel",), [first, second]) is None
    assert choose_thread((BUYER, "name:amazon:petra vogel"), [first]) is None


def test_references_are_bounded():
    mail = Mail(references=tuple(f"{n}@x" for n in range(500)))

    keys = thread_keys(mail, RELAY)

    assert keys[0] == "mid:499@x"
    assert len([key for key in keys if key.startswith("mid:")]) == 30
