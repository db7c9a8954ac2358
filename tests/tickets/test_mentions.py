"""By which words a ticket is found to be about an order."""

from __future__ import annotations

import pytest

from comptoir.tickets.mentions import named


@pytest.mark.parametrize(
    ("number", "text", "is_named"),
    [
        ("1001", "Ma commande #1001 ?", True),
        ("1001", "commande 1001", True),
        ("1001", "commande 11001", False),
        ("1001", "commande 1001-B", False),
        ("12", "12 jours", False),
        ("12", "order #12", True),
        ("MP1001", "votre mp1001.", True),
    ],
)
def test_a_number_is_named_where_it_stands_alone(number: str, text: str, is_named: bool) -> None:
    assert bool(named(number).search(text)) is is_named
