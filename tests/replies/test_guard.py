"""What channels forbid, as far as a text shows it for sure."""

from __future__ import annotations

import time

import pytest

from comptoir.replies.guard import findings, rules_of, speaks_of_file
from comptoir.rulebook import capability, marketplaces

ALL = ("links", "e-mail addresses and telephone numbers")


def test_rules_of_the_rulebook_are_understood() -> None:
    known = {
        name: {kind for kind, _ in rules_of(capability(name).forbidden_content)}
        for name in marketplaces()
    }

    assert {name: kinds for name, kinds in known.items() if kinds} == {
        "amazon": {"link", "email", "phone"},
        "ebay": {"link", "email", "phone"},
        "walmart": {"link"},
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://maison-perrin.example/late.", ["https://maison-perrin.example/late"]),
        ("See maison-perrin.fr, please", ["maison-perrin.fr"]),
        ("Write to help@perrin.fr", ["help@perrin.fr"]),
        ("Call 04 78 12 34 56", ["04 78 12 34 56"]),
        ("Call +49 30 1234567", ["+49 30 1234567"]),
        ("Tel. 030/1234567", ["030/1234567"]),
        ("Order 302-1000000-4471983", []),
        ("DHL 00340434292135100186", []),
        ("0034 0434 2921 3510 0186", []),
        ("On 22.11.2026 at 17.00 Uhr.Danke", []),
    ],
)
def test_forbidden_content_is_found_and_numbers_of_orders_are_not(
    text: str, found: list[str]
) -> None:
    assert [one.found for one in findings(text, ALL)] == found


def test_nothing_is_said_where_the_channel_forbids_nothing() -> None:
    assert findings("help@perrin.fr", ()) == ()


@pytest.mark.parametrize("piece", ["a-", "a", "ab.", "a.a@"])
def test_long_text_in_one_piece_is_read_at_once(piece: str) -> None:
    """A pasted address or a file in letters: it took ten seconds of a page's process."""
    began = time.perf_counter()

    findings(piece * (20_000 // len(piece)), ALL)

    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    "text",
    [
        "Please find your invoice attached.", "We have attached it.", "Ci-jointe la facture.",
        "Anbei das Etikett.", "Sie finden die Rechnung im Anhang.", "Adjunto la factura.",
        "In allegato trova la fattura.", "Thank you for your attachment; mine is attached too.",
        "Thank you for your message, the label is attached.", "It is attached to this message.",
        "Please print the attached label and send us the parcel.", "Anbei das Foto, um das Sie baten.",
        "Please send us the attached form.", "Vielen Dank für Ihre Nachricht, die Rechnung im Anhang.",
        "Merci pour votre message, la facture en pièce jointe.", "See the label in the attachment.",
        "Senden Sie uns das Teil. Das Etikett finden Sie im Anhang.",
    ],
)  # fmt: skip
def test_text_says_that_a_file_comes_with_it(text: str) -> None:
    assert speaks_of_file(text)


@pytest.mark.parametrize(
    "text",
    [
        "The photo you attached shows it well.", "Thank you for your attachment.",
        "Your mail came without an attachment.", "Votre pièce jointe est illisible.",
        "Das von Ihnen beigefügte Foto genügt.", "Das Foto, das Sie uns angehängt haben, genügt.",
        "Gracias por su adjunto.", "Grazie per il suo allegato.", "It comes tomorrow.",
        "The handle is firmly attached to the pot.", "Could you send us the photo as an attachment?",
        "Bitte senden Sie uns ein Foto im Anhang.", "Thank you for the attached photo.",
        "Merci de nous envoyer la photo en pièce jointe.", "The attachment you sent shows it.",
        "The parts are enclosed in your parcel.", "Die Anleitung ist dem Paket beigefügt.",
        "Können Sie uns das Foto bitte im Anhang schicken?", "Envíenos la foto como adjunto.",
        "Può inviarci la foto in allegato?", "Merci pour la pièce jointe.", "Danke für das angehängte Foto.",
    ],
)  # fmt: skip
def test_what_the_buyer_attached_is_no_file_of_ours(text: str) -> None:
    assert not speaks_of_file(text)


@pytest.mark.parametrize(
    "piece",
    ["das Sie ", "attached", "you attached ", "uns a ", "merci pour la ", "send us attached."],
)
def test_long_text_is_looked_through_for_a_file_at_once(piece: str) -> None:
    began = time.perf_counter()

    speaks_of_file(piece * (20_000 // len(piece)))

    assert time.perf_counter() - began < 2
