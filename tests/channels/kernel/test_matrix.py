"""The capability matrix is what the cards say, and the page in the docs is up to date."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
from click.testing import CliRunner

from comptoir.channels.kernel import matrix
from comptoir.channels.kernel.card import Ends, Reply, Words
from comptoir.channels.kernel.catalogue import cards
from comptoir.cli.channel import channel

PAGE = Path(__file__).parents[3] / "docs" / "channels.md"


def test_page_in_the_docs_is_what_the_cards_say() -> None:
    written = matrix.page(cards())

    assert PAGE.read_text(encoding="utf-8") == written, (
        "a card changed: run `comptoir channel matrix > docs/channels.md`"
    )


def test_command_prints_the_page_and_a_line_for_each_listed_connector() -> None:
    page = CliRunner().invoke(channel, ["matrix"])
    lines = CliRunner().invoke(channel, ["matrix", "--json"])
    listed = {kind for kind, card in cards().items() if card.is_listed}

    assert page.output == matrix.page(cards())
    assert {json.loads(line)["kind"] for line in lines.output.splitlines()} == listed


def test_card_is_told_with_its_limits_and_what_ends() -> None:
    said = Words("The key | secret", "La clé", "Der Schlüssel")
    card = msgspec.structs.replace(
        cards()["template"], is_listed=True, ends=(Ends(said, 180, "key"),),
        reply=Reply(text_chars_min=10, text_chars_max=400, attachments_max=3,
                    attachment_bytes_max=5_000_000, attachment_types=("pdf",), closes=True),
    )  # fmt: skip
    page = matrix.page({"template": card})

    assert "| **Template shop** | api | api | api | – | – | – | yes | ours |" in page
    assert "| 10 to 400 characters | up to 3; 5 MB; pdf | buyer | – | yes | – |" in page
    assert "all calls 5/1s burst 10" in page
    assert "The key \\| secret: 180 days" in page


def test_unlisted_connector_stands_nowhere() -> None:
    assert "Template shop" not in matrix.page({"template": cards()["template"]})
