"""The mails of the demo are what recognition takes them for: else the demo would show the wrong thing."""

from __future__ import annotations

import pytest
from tests.channels.demo.conftest import DESK, NOON, SHAPES, order_of

from comptoir.channels.demo.letters import machines
from comptoir.channels.demo.letters.buyers import Said, buyer_letter
from comptoir.channels.demo.letters.envelope import write
from comptoir.channels.demo.letters.notices import (
    AMAZON_TYPES,
    amazon_notice,
    ebay_case,
    mirakl_incident,
    reply_copy,
)
from comptoir.channels.demo.papers import file_for
from comptoir.channels.mail.understood import Understood, understand

TEXT = "Bonjour, mon colis devait arriver hier et le suivi ne bouge plus."
KNOWN = {number: marketplace for marketplace, (_, _, _, number) in SHAPES.items()}


def read(content: bytes) -> Understood:
    return understand(
        content,
        own_addresses=frozenset({DESK}),
        known_orders=lambda number: KNOWN.get(number, ""),
    )


@pytest.mark.parametrize("marketplace", [name for name in SHAPES if name != "rakuten_fr"])
def test_a_buyers_mail_is_recognised_with_its_order(marketplace: str) -> None:
    order = order_of(marketplace)

    seen = read(write(buyer_letter(order, Said(TEXT, NOON, "k"))))

    assert seen.marketplace == marketplace
    assert order.number in seen.order_ids
    assert seen.new_text == TEXT
    assert seen.mail.date == NOON


def test_rakutens_notice_stays_unknown_for_want_of_a_known_shape() -> None:
    seen = read(write(buyer_letter(order_of("rakuten_fr"), Said(TEXT, NOON, "k"))))

    assert (seen.marketplace, seen.kind, seen.subkind) == ("", "notification", "message_notice")


def test_amazons_frame_holds_the_way_to_mark_a_message() -> None:
    seen = read(write(buyer_letter(order_of("amazon"), Said(TEXT, NOON, "k"))))

    assert seen.no_response_url.startswith("https://sellercentral.amazon.fr/")


@pytest.mark.parametrize(
    ("notice", "kind"),
    [
        ("claim", "claim"),
        ("claim_decided", "claim"),
        ("chargeback", "claim"),
        ("return_request", "return_request"),
        ("cancellation", "cancellation"),
        ("refund", "notification"),
    ],
)
def test_amazons_notices_are_what_they_are(notice: str, kind: str) -> None:
    seen = read(write(amazon_notice(notice, order_of("amazon"), at=NOON, key="k")))  # type: ignore[arg-type]

    assert notice in AMAZON_TYPES
    assert (seen.marketplace, seen.kind) == ("amazon", kind)
    assert seen.order_ids == (SHAPES["amazon"][3],)


def test_cases_of_ebay_and_mirakl_are_claims() -> None:
    case = read(write(ebay_case(order_of("ebay"), at=NOON, key="k")))
    incident = read(write(mirakl_incident(order_of("leroy_merlin"), at=NOON, key="k")))

    assert (case.marketplace, case.kind) == ("ebay", "claim")
    assert (incident.marketplace, incident.kind) == ("leroy_merlin", "claim")


def test_a_copy_from_the_portal_is_a_reply() -> None:
    seen = read(write(reply_copy(order_of("amazon"), "C'est fait.", at=NOON, key="k")))

    assert seen.kind == "reply_copy"


def test_a_bounce_names_the_reply_it_speaks_of() -> None:
    content = machines.bounce(
        recipient=DESK,
        reached="k3j2h4abc9de@marketplace.amazon.fr",
        message_id="r1@maison-perrin.example",
        subject="Re: Commande",
        at=NOON,
        key="k",
    )

    assert (read(content).kind, read(content).verdict.original_message_id) == (
        "bounce",
        "r1@maison-perrin.example",
    )


def test_an_absence_a_newsletter_and_strangers_are_told_apart() -> None:
    order = order_of("shopify")
    absent = machines.out_of_office(order, "En congés.", at=NOON, answers="a@b.example", key="k")
    advert = machines.newsletter(0, recipient=DESK, at=NOON, key="k")
    strangers = [
        read(write(machines.stranger(n, recipient=DESK, at=NOON, key="k"))).marketplace
        for n in range(len(machines.STRANGERS))
    ]

    assert read(write(absent)).kind == "auto_reply"
    assert read(write(advert)).kind == "marketing"
    assert set(strangers) == {""}


def test_files_travel_with_the_mail() -> None:
    order = order_of("shopify")
    files = (file_for("photo", order, "k"), file_for("facture", order, "k"))

    seen = read(write(buyer_letter(order, Said(TEXT, NOON, "k", files=files))))

    kinds = [(a.content_type, a.content[:4]) for a in seen.mail.attachments]
    assert kinds == [("image/png", b"\x89PNG"), ("application/pdf", b"%PDF")]
