"""What kind of mail it is: by headers, by sender, by wording."""

from datetime import timedelta

import pytest

from comptoir.channels.mail.message import Address, DeliveryReport, Mail
from comptoir.channels.mail.recognition import KindName, Recognition, Role, classify, recognise
from comptoir.channels.mail.recognition.kinds import HEADER_KINDS
from comptoir.rulebook import marketplace

DIRECT = "anna@posteo.example"
ALIAS = "k7f2m9q1x4@marketplace.amazon.de"


def mail(sender=DIRECT, subject="", text="", headers=(), **fields):
    return Mail(
        sender=Address("", sender),
        to=(Address("", "kundenservice@maison-perrin.example"),),
        subject=subject,
        text=text,
        headers=tuple(headers),
        **fields,
    )


def kind(sent):
    return classify(sent, recognise(sent))


def test_every_header_of_the_rulebook_has_its_kind():
    known = {
        rule.value
        for rule in marketplace("amazon").recognition.headers
        if rule.name == "X-Space-Notification-Type"
    }

    assert set(HEADER_KINDS) == known


@pytest.mark.parametrize(
    "headers",
    [
        [("Auto-Submitted", "auto-replied")],
        [("Auto-Submitted", "auto-replied (vacation); owner-email=x")],
        [("X-Autoreply", "yes")],
        [("X-Autorespond", "Re: order")],
        [("Precedence", "auto_reply")],
    ],
)
def test_automatic_answer_by_its_headers(headers):
    found = kind(mail(subject="Re: Rechnung", headers=headers))

    assert (found.name, found.is_automatic) == (KindName.AUTO_REPLY, True)


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: your order",
        "Out of Office: your order",
        "Abwesenheitsnotiz: Ihre Bestellung",
        "Automatische Antwort: Ihre Bestellung",
        "Réponse automatique : votre commande",
        "Absence du bureau",
        "Respuesta automática: su pedido",
        "Fuera de la oficina",
        "Risposta automatica: il tuo ordine",
        "Fuori ufficio",
        "Automatisch antwoord: uw bestelling",
    ],
)
def test_automatic_answer_by_its_subject(subject):
    assert kind(mail(subject=subject)).name is KindName.AUTO_REPLY


@pytest.mark.parametrize(
    "sent",
    [
        mail(subject="Re: Automatic reply: your order", text="I am back."),
        mail(subject="My holiday", text="I am out of the office until Monday, deliver later."),
        mail(subject="Question", headers=[("Auto-Submitted", "no")]),
        mail(subject="Bitte", text="Ich bin bis Freitag da. Bitte liefern Sie."),
    ],
)
def test_person_is_not_taken_for_a_machine(sent):
    assert kind(sent).name is KindName.BUYER_MESSAGE


def test_wording_in_the_body_needs_a_header_beside_it():
    text = "Je suis actuellement absent, de retour le 9 mars."

    assert kind(mail(text=text)).name is KindName.BUYER_MESSAGE
    suppressed = mail(text=text, headers=[("X-Auto-Response-Suppress", "OOF")])
    assert kind(suppressed).name is KindName.AUTO_REPLY


def test_out_of_office_wording_through_a_relay_still_starts_a_clock():
    """Amazon counts what it relays; only a header proves that nobody wrote."""
    relayed = mail(ALIAS, subject="Automatic reply: order", text="I am out of the office.")

    assert kind(relayed).name is KindName.BUYER_MESSAGE


@pytest.mark.parametrize(
    ("headers", "subkind"),
    [
        ([("List-Unsubscribe", "<https://x.example>")], "newsletter"),
        ([("List-Id", "<news.x.example>")], "list"),
        ([("Precedence", "bulk")], "list"),
        ([("X-Spam-Flag", "YES")], "spam"),
        ([("X-Spam-Status", "Yes, score=9")], "spam"),
    ],
)
def test_mail_to_many_is_marketing(headers, subkind):
    found = kind(mail(headers=headers))

    assert (found.name, found.subkind) == (KindName.MARKETING, subkind)


def test_mail_that_a_filter_cleared_is_no_spam():
    assert kind(mail(headers=[("X-Spam-Status", "No, score=-1")])).name is KindName.BUYER_MESSAGE


def test_advert_without_list_headers_is_known_by_how_it_ends():
    advert = "Our spring offers for your shop. " * 20 + "https://x.example\nUnsubscribe here"

    assert kind(mail(text=advert)).name is KindName.MARKETING
    assert kind(mail(text=advert, in_reply_to=("a@x",))).name is KindName.BUYER_MESSAGE


def test_report_of_a_mail_server_is_a_bounce_with_the_reply_it_names():
    sent = mail(
        "mailer-daemon@mx.example",
        delivery_report=DeliveryReport("failed", "5.1.1", ALIAS, "", "reply-1@shop.example"),
    )
    found = kind(sent)

    assert (found.name, found.subkind) == (KindName.BOUNCE, "failed")
    assert found.original_message_id == "reply-1@shop.example"


@pytest.mark.parametrize(
    ("action", "name", "subkind"),
    [
        ("delayed", KindName.BOUNCE, "delayed"),
        ("delivered", KindName.NOTIFICATION, "delivered"),
        ("relayed", KindName.NOTIFICATION, "delivered"),
    ],
)
def test_report_that_is_no_failure(action, name, subkind):
    sent = mail("mailer-daemon@mx.example", delivery_report=DeliveryReport(action))
    found = kind(sent)

    assert (found.name, found.subkind) == (name, subkind)


@pytest.mark.parametrize(
    ("subject", "text", "subkind"),
    [
        ("Your message", "The buyer has opted out of receiving messages.", "opted_out"),
        ("Il tuo messaggio", "L'acquirente non accetta messaggi non richiesti.", "opted_out"),
        ("Error", "You are not an authorized sender for this account.", "not_authorised"),
        ("Ihre Nachricht", "Die Absenderadresse ist nicht autorisiert.", "not_authorised"),
        ("Your e-mail could not be delivered", "", "refused"),
        ("Votre message n'a pas pu être remis", "", "refused"),
    ],
)
def test_refusal_by_a_relay_is_a_bounce(subject, text, subkind):
    sent = mail("donotreply@amazon.de", subject, text, in_reply_to=("reply-1@shop.example",))
    found = kind(sent)

    assert (found.name, found.subkind) == (KindName.BOUNCE, subkind)
    assert found.original_message_id == "reply-1@shop.example"


def test_parcel_that_was_not_delivered_is_no_refused_message():
    sent = mail("donotreply@amazon.de", "Return request", "The item could not be delivered.")

    assert kind(sent).name is KindName.RETURN_REQUEST


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please respond within three calendar days.", timedelta(days=3)),
        ("Reply within 48 hours.", timedelta(hours=48)),
        ("Bitte antworten Sie innerhalb von 3 Kalendertagen.", timedelta(days=3)),
        ("Sie müssen binnen 72 Stunden antworten.", timedelta(hours=72)),
        ("Veuillez répondre sous 3 jours.", timedelta(days=3)),
        ("Debe responder en un plazo de tres días naturales.", timedelta(days=3)),
        ("Deve rispondere entro 3 giorni di calendario.", timedelta(days=3)),
        ("Please respond soon.", None),
    ],
)
def test_deadline_named_in_a_claim_is_read(text, expected):
    sent = mail("atoz-guarantee-no-reply@amazon.com", "A-to-z claim", text)

    assert kind(sent).answer_within == expected


def test_header_beats_subject():
    sent = mail(
        "donotreply@amazon.it",
        "Rimborso emesso",
        headers=[("X-Space-Notification-Type", "A_Z_CLAIM_RESPONDENT_NOTIFY")],
    )

    assert kind(sent).name is KindName.CLAIM


def test_buyers_wish_to_return_stays_a_buyers_message():
    assert kind(mail(ALIAS, "Return request", "I want to return it")).name is KindName.BUYER_MESSAGE


def test_unlisted_platform_sender_is_judged_by_its_subject_only():
    assert kind(mail("anyone@amazon.de", "Hello", "A-to-z claim")).name is KindName.UNKNOWN
    assert kind(mail("anyone@amazon.de", "A-to-z claim received")).name is KindName.CLAIM


def test_shared_mailbox_run_as_a_list_is_no_marketing():
    headers = [("List-Id", "kundenservice.maison-perrin.example"), ("Precedence", "list")]

    assert kind(mail(headers=headers)).name is KindName.BUYER_MESSAGE


def test_nobody_is_unknown():
    assert classify(Mail(), Recognition("", Role.NOBODY)).name is KindName.UNKNOWN


@pytest.mark.parametrize(
    "value", ["BBC_MESSAGE_CONFIRMATION_TO_MERCHANT", "A_Z_CLAIM_RESPONDENT_CLOSE"]
)
def test_header_that_would_stop_a_clock_is_believed_of_the_marketplace_only(value):
    """Anybody can write a header and a Reply-To; his mail stays a question."""
    forged = mail(
        sender="somebody@attacker.example",
        reply_to=(Address("", ALIAS),),
        headers=[("X-Space-Notification-Type", value)],
    )

    assert kind(forged).name is KindName.BUYER_MESSAGE
