"""The order of evidence: relay, header, platform, look-alike, customer."""

from dataclasses import replace

import pytest

from comptoir.channels.mail.message import Address, DeliveryReport, Mail
from comptoir.channels.mail.recognition import Role, recognise
from comptoir.channels.mail.recognition.senders import sender
from comptoir.rulebook import domains

OWN = frozenset({"kundenservice@maison-perrin.example"})
ALIAS = "k7f2m9q1x4@marketplace.amazon.de"


def mail(sender_address, *, reply_to="", headers=(), **fields):
    return Mail(
        sender=Address("", sender_address),
        reply_to=(Address("", reply_to),) if reply_to else (),
        to=(Address("", "kundenservice@maison-perrin.example"),),
        headers=tuple(headers),
        **fields,
    )


@pytest.mark.parametrize(
    ("address", "marketplace", "role"),
    [
        (ALIAS, "amazon", Role.BUYER_RELAY),
        ("k7f2m9q1x4+case-1@marketplace.amazon.de", "amazon", Role.BUYER_RELAY),
        ("k7f2m9q1x4@marketplace.amazon.com.mx", "amazon", Role.BUYER_RELAY),
        ("donotreply@amazon.fr", "amazon", Role.PLATFORM),
        ("atoz-guarantee-no-reply@amazon.com", "amazon", Role.PLATFORM_CLAIM),
        ("postmaster@marketplace.amazon.de", "amazon", Role.PLATFORM),
        ("2084fd1bc5d8935cb072@members.ebay.com", "ebay", Role.BUYER_RELAY),
        ("0a1b2c3d4e5f60718293a4b5c6d7e8f9@relay.walmart.com", "walmart", Role.BUYER_RELAY),
        ("a1b2c3.d4e5f6@notification.mirakl.net", "mirakl", Role.BUYER_RELAY),
        ("info@mirakl.net", "mirakl", Role.PLATFORM),
        ("m_a1b2c3@message.manomano.com", "manomano", Role.BUYER_RELAY),
        ("noreply@clemarche.com", "cdiscount", Role.PLATFORM),
        ("versand@amazon.de", "", Role.UNLISTED_PLATFORM),
        ("service@mail.ebay.com", "", Role.UNLISTED_PLATFORM),
        ("k7f2m9q1x4@marketplace.amazon.de.example.com", "", Role.LOOK_ALIKE),
        ("k7f2m9q1x4@xmarketplace-amazon.de", "", Role.LOOK_ALIKE),
        ("donotreply@amazon.evil.example", "", Role.LOOK_ALIKE),
        ("joao@bol.com.br", "", None),
        ("anna@posteo.example", "", None),
        ("", "", None),
        ("@amazon.de", "", None),
    ],
)
def test_sender_is_told_by_its_whole_domain(address, marketplace, role):
    found = sender(address)

    assert (found.marketplace, found.role) == (marketplace, role)


def test_reply_to_wins_over_from():
    found = recognise(mail("2084fd1bc5d8935cb072@members.ebay.com", reply_to=ALIAS))

    assert (found.marketplace, found.buyer_alias) == ("amazon", ALIAS)
    assert found.evidence == ("relay:amazon:marketplace.amazon.de:reply_to",)


def test_store_header_decides_the_country_before_the_ending():
    headers = [("X-Marketplace-ID", "A1RKKUPIHCS9HS")]

    assert recognise(mail(ALIAS, headers=headers)).country == "ES"
    assert recognise(mail(ALIAS)).country == "DE"


def test_case_id_and_name_are_read_from_the_relay():
    relayed = replace(
        mail("k7f2+case-9@marketplace.amazon.de"),
        sender=Address("Petra Vogel - Amazon Marketplace", "k7f2+case-9@marketplace.amazon.de"),
    )
    found = recognise(relayed)

    assert (found.case_id, found.buyer_name) == ("case-9", "Petra Vogel")


def test_header_on_a_foreign_domain_is_suspicious():
    headers = [("X-Space-Notification-Type", "A_Z_CLAIM_RESPONDENT_NOTIFY")]
    found = recognise(mail("claims@gmail.example", headers=headers))

    assert (found.marketplace, found.role) == ("", Role.LOOK_ALIKE)


def test_unlisted_platform_sender_stays_unknown_until_an_order_vouches_for_it():
    notice = mail("versand@amazon.de", subject="Bestellung 302-1234567-7654321")

    assert recognise(notice).marketplace == ""
    assert recognise(notice, known_orders=lambda number: "").marketplace == ""
    assert recognise(notice, known_orders=lambda number: "amazon").marketplace == "amazon"


def test_order_of_another_marketplace_does_not_vouch():
    notice = mail("versand@ebay.de", subject="302-1234567-7654321")

    assert recognise(notice, known_orders=lambda number: "amazon").marketplace == ""


def test_known_order_names_the_mirakl_operator():
    relayed = mail("a1b2c3.d4e5f6@notification.mirakl.net", subject="Commande ABC-1X2Y3Z-A")
    orders = {"ABC-1X2Y3Z-A": "boulanger"}

    found = recognise(relayed, known_orders=lambda number: orders.get(number, ""))

    assert (found.marketplace, found.operators) == ("boulanger", ("boulanger",))
    assert found.evidence[-1] == "known_order:boulanger:ABC-1X2Y3Z-A"


def test_known_shop_order_gives_a_direct_customer_his_shop():
    direct = mail("anna@posteo.example", subject="My order #1001")
    orders = {"1001": "shopify"}

    found = recognise(direct, known_orders=lambda number: orders.get(number, ""))

    assert (found.marketplace, found.role) == ("shopify", Role.BUYER_DIRECT)


def test_known_amazon_order_does_not_make_a_direct_customer_an_amazon_buyer():
    direct = mail("anna@posteo.example", subject="302-1234567-7654321")

    found = recognise(direct, known_orders=lambda number: "amazon")

    assert found.marketplace == "generic_email"


def test_own_address_with_foreign_reply_to_is_the_shops_form():
    form = mail("kundenservice@maison-perrin.example", reply_to="leo@courriel.example")
    found = recognise(form, own_addresses=OWN)

    assert (found.role, found.buyer_alias) == (Role.BUYER_DIRECT, "leo@courriel.example")


def test_own_mail_between_own_addresses_belongs_to_no_channel():
    found = recognise(mail("kundenservice@maison-perrin.example"), own_addresses=OWN)

    assert (found.marketplace, found.role) == ("", Role.OWN)


def test_bounce_belongs_to_the_channel_of_the_relay_that_failed():
    report = DeliveryReport("failed", recipient=ALIAS)
    found = recognise(mail("mailer-daemon@mx.example", delivery_report=report))

    assert (found.marketplace, found.role) == ("amazon", Role.MAIL_SYSTEM)
    assert found.buyer_alias == ALIAS


def test_plus_tag_of_the_receiver_is_the_account():
    tagged = replace(mail(ALIAS), to=(Address("", "kundenservice+kfa@maison-perrin.example"),))

    assert recognise(tagged, own_addresses=OWN).account == "kfa"
    assert recognise(mail(ALIAS), own_addresses=OWN).account == ""


def test_dmarc_failure_makes_a_platform_suspicious_but_not_a_customer():
    failed = [("Authentication-Results", "mx.example; dmarc=fail header.from=x")]

    assert recognise(mail(ALIAS, headers=failed)).role is Role.LOOK_ALIKE
    assert recognise(mail("anna@posteo.example", headers=failed)).role is Role.BUYER_DIRECT


@pytest.mark.parametrize(
    ("domain", "pretended"),
    [
        ("amazon.de.example.com", "amazon"),
        ("members.ebay.com.evil.example", "ebay"),
        ("secure-paypal.example", "paypal"),
        ("amazonas-reisen.example", ""),
        ("otto-mueller.example", ""),
        ("marketplace.amazon.de", ""),
        ("bol.com.br", ""),
        ("", ""),
    ],
)
def test_look_alike_domains(domain, pretended):
    assert domains.look_alike(domain) == pretended


def test_recognising_hostile_addresses_is_fast_and_gives_nothing():
    address = "a" * 5000 + "@" + "amazon." * 2000 + "de"

    assert recognise(mail(address)).marketplace == ""
