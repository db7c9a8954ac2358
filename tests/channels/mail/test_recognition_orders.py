"""Order numbers: Amazon's and eBay's anywhere, all other shapes only on their channel."""

import pytest

from comptoir.channels.mail.recognition import order_ids
from comptoir.channels.mail.recognition.orders import marketplace_of_order
from comptoir.rulebook import marketplaces


@pytest.mark.parametrize(
    ("subject", "text", "marketplace", "expected"),
    [
        ("Bestellung: 302-1234567-7654321", "", "", ("302-1234567-7654321",)),
        ("", "my ebay order 12-34567-89012", "", ("12-34567-89012",)),
        (
            "Order 302-1234567-7654321",
            "and 303-7654321-1234567, 302-1234567-7654321",
            "amazon",
            ("302-1234567-7654321", "303-7654321-1234567"),
        ),
        ("", "phone 0302-1234567-76543210", "amazon", ()),
        ("", "ASIN B0ABCDEFGH", "amazon", ()),
        ("Order #1001", "", "", ()),
        ("Order #1001", "", "shopify", ("1001",)),
        ("", "order 123456789012345", "walmart", ("123456789012345",)),
        ("", "call 123456789012345", "walmart", ()),
        ("", "commande 57ABCDEF01234", "fnac", ("57ABCDEF01234",)),
        ("", "2401311259ABC1D", "cdiscount", ("2401311259ABC1D",)),
        ("", "HALLO MERCIBCDE", "prestashop", ()),
        ("", "référence ABCDEFGHI", "prestashop", ("ABCDEFGHI",)),
        ("", "order number: 000000123", "magento", ("000000123",)),
        ("", "x" * 50_000 + "302-1234567-7654321", "", ()),
    ],
)
def test_order_ids(subject, text, marketplace, expected):
    assert order_ids(subject, text, marketplace) == expected


def test_marketplace_of_order_is_known_only_for_safe_shapes():
    assert marketplace_of_order("302-1234567-7654321") == "amazon"
    assert marketplace_of_order("12-34567-89012") == "ebay"
    assert marketplace_of_order("57ABCDEF01234") == ""


@pytest.mark.parametrize(
    "marketplace_id", sorted(m for m, c in marketplaces().items() if c.order_id)
)
def test_example_of_the_rulebook_is_found_behind_a_word_for_order(marketplace_id):
    example = marketplaces()[marketplace_id].order_id[0].example

    assert order_ids("", f"my order {example} please", marketplace_id) == (example.lstrip("#"),)
