"""Signatures below replies."""

from __future__ import annotations

from comptoir.replies.signing import Signer, signature, signed

SIGNER = Signer("Inès Moreau", "Maison Perrin", "Amazon.fr – Maison Perrin")


def test_channels_signature_stands_instead_of_the_brands() -> None:
    assert signature(own="", channel="Perrin on Amazon", brand="Perrin", signer=SIGNER) == (
        "Perrin on Amazon"
    )
    assert signature(own="", channel="", brand="Perrin", signer=SIGNER) == "Perrin"


def test_own_lines_stand_above() -> None:
    assert signature(own="Inès", channel="", brand="Perrin", signer=SIGNER) == "Inès\nPerrin"


def test_block_that_names_the_writer_needs_no_own_lines() -> None:
    block = "{{ agent.first_name }}, {{ brand.name }} ({{ channel.name }})"

    assert signature(own="Inès", channel=block, brand="", signer=SIGNER) == (
        "Inès, Maison Perrin (Amazon.fr)"
    )


def test_text_that_ends_in_its_signature_gets_no_second_one() -> None:
    assert signed("Done.\n\nMaison  Perrin\n", "Maison Perrin") == "Done.\n\nMaison  Perrin"
    assert signed("Done.", "Maison Perrin") == "Done.\n\nMaison Perrin"


def test_no_text_gets_no_signature() -> None:
    assert signed("  \n", "Maison Perrin") == ""
