"""Names of channels: the merchant's own, and ours in the reader's language."""

from __future__ import annotations

import pytest
from django.utils import translation

from comptoir.inbox.connecting import UNCLAIMED
from comptoir.web.present.names import channel_name


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Unclaimed · service@maison-perrin.example"),
        ("fr", "À classer · service@maison-perrin.example"),
        ("de", "Unklar · service@maison-perrin.example"),
    ],
)
def test_place_of_unclaimed_mail_is_named_in_the_readers_language(language: str, said: str) -> None:
    with translation.override(language):
        assert channel_name(f"{UNCLAIMED}service@maison-perrin.example") == said


def test_name_given_by_the_merchant_stays() -> None:
    with translation.override("fr"):
        assert channel_name("Amazon.de – Fjordlys") == "Amazon.de – Fjordlys"
