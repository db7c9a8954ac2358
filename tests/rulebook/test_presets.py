"""What a merchant starts from, channel by channel (R1, R58, R69, R95, R96)."""

from dataclasses import replace

import pytest

from comptoir.rulebook import capability, marketplaces, preset
from comptoir.rulebook.validation import faults

TABLE = [
    # marketplace, name, limit hours, model, confirmed, target hours, calendar of the target
    ("amazon", "Amazon Urgent", 24.0, "hours", True, 14.0, "always"),
    ("ebay", "eBay Standard", 24.0, "hours", False, 12.0, "always"),
    ("walmart", "Walmart Standard", 48.0, "hours", True, 24.0, "always"),
    ("mirakl", "Mirakl Standard", 24.0, "mean", False, 12.0, "always"),
    ("darty", "Darty Standard", 24.0, "mean", False, 12.0, "always"),
    ("fnac", "Fnac Standard", 48.0, "hours", True, 24.0, "always"),
    ("cdiscount", "Cdiscount Standard", 48.0, "hours", True, 24.0, "always"),
    ("manomano", "ManoMano Urgent", 24.0, "working_day_hours", True, 12.0, "always"),
    ("kaufland", "Kaufland Standard", 48.0, "working_day_hours", True, 24.0, "always"),
    ("bol", "bol Urgent", 8.0, "window_hours", True, 4.0, "always"),
    ("instagram", "Instagram Urgent", 24.0, "send_window", True, 1.0, "office"),
    ("shopify", "Shopify Standard", None, "none", True, 4.0, "office"),
    ("prestashop", "PrestaShop Standard", None, "none", True, 4.0, "office"),
    ("generic_email", "Own Site Standard", None, "none", True, 4.0, "office"),
    ("spartoo", "Spartoo Standard", 24.0, "hours", False, 12.0, "always"),
]


@pytest.mark.parametrize("marketplace_id", sorted(marketplaces()))
def test_preset_has_limit_clock_and_citation(marketplace_id):
    assert faults(preset(marketplace_id)) == ()


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_preset_is_what_the_rulebook_says(row):
    found = preset(row[0])

    assert row == (
        found.marketplace,
        found.name,
        found.limit_hours,
        found.limit_model,
        found.limit_confirmed,
        found.target_hours,
        found.target_calendar,
    )


def test_amazon_preset_in_minutes_and_units():
    amazon = preset("amazon")

    assert (amazon.limit_minutes, amazon.target_minutes) == (1440, 840)
    assert amazon.unit_measured == "each_message"
    assert amazon.target_share_percent == 90
    assert amazon.warnings_percent == (50, 75, 90)
    assert amazon.auto_reply_counts is False
    assert amazon.confidence == "high"


def test_bol_preset_counts_hours_inside_its_window():
    window = preset("bol").limit_window

    assert window is not None
    assert (window.days, window.start, window.end) == (
        ("mon", "tue", "wed", "thu", "fri"),
        "09:00",
        "17:00",
    )
    assert preset("bol").limit_timezone == "Europe/Amsterdam"


def test_etsy_counts_auto_replies_and_only_first_messages():
    assert preset("etsy").auto_reply_counts is True
    assert preset("etsy").unit_measured == "first_of_thread"


def test_send_window_knows_the_longer_window_of_a_person():
    assert preset("facebook").human_hours == 168.0


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("", (24.0, "hours", None)),
        ("us", (24.0, "fixed_hour_after_weekend", 12)),
        ("TH", (12.0, "hours", None)),
    ],
)
def test_tiktok_shop_differs_by_region(country, expected):
    found = preset("tiktok_shop", country)

    assert (found.limit_hours, found.limit_model, found.hour) == expected


@pytest.mark.parametrize(("country", "confirmed"), [("US", False), ("", False), ("TH", True)])
def test_tiktok_limit_is_confirmed_only_where_tiktok_itself_says_it(country, confirmed):
    found = preset("tiktok_shop", country)

    assert found.limit_confirmed is confirmed
    assert any("seller-th.tiktok.com" in one for one in found.source) is confirmed


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"limit_hours": None}, "no_limit"),
        ({"clock": ""}, "no_clock"),
        ({"source": ()}, "no_citation"),
        ({"target_hours": 30.0}, "target_after_limit"),
        ({"limit_hours": 0.0, "target_hours": 0.0}, "limit_not_positive"),
        ({"limit_model": "window_hours", "target_model": "hours"}, "no_window"),
    ],
)
def test_preset_that_lacks_something_is_rejected(change, fault):
    assert faults(replace(preset("amazon"), **change)) == (fault,)


@pytest.mark.parametrize(
    ("marketplace_id", "expected"),
    [
        ("amazon", True),
        ("ebay", True),
        ("walmart", True),
        ("bol", True),
        ("prestashop", True),
        ("generic_email", True),
        ("mirakl", False),
        ("leroy_merlin", False),
        ("cdiscount", False),
        ("fnac", False),
        ("manomano", False),
        ("kaufland", False),
        ("etsy", False),
        ("paypal", False),
    ],
)
def test_answer_by_mail_is_possible_only_through_a_relay_or_a_mailbox(marketplace_id, expected):
    assert capability(marketplace_id).reply_by_mail is expected


def test_capability_holds_what_the_composer_shows():
    ebay, amazon = capability("ebay"), capability("amazon")

    assert ebay.text_chars_max == 2000
    assert ebay.attachments_max == 5
    assert amazon.attachment_bytes_max == 10_485_760
    assert amazon.no_response_needed_exists is True
    assert amazon.no_response_needed_by_software is False
    assert capability("cdiscount").no_response_needed_by_software is True
    assert "e-mail addresses and telephone numbers" in amazon.forbidden_content
    assert capability("spartoo").talks_to_operator is True
