"""Codes of the rooms below as words: views, states of a ticket, risk, topics.

Each function gives all words of its subject for the active language and is asked once a language.
"""

from __future__ import annotations

from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


@cache
def statuses(language: str) -> dict[str, str]:
    """Say whose move it is."""
    return {
        "open": pgettext("status", "Open"),
        "waiting_on_buyer": pgettext("status", "Waiting on the buyer"),
        "waiting_on_marketplace": pgettext("status", "Waiting on the marketplace"),
        "waiting_internally": pgettext("status", "Waiting on ourselves"),
        "solved": pgettext("status", "Solved"),
        "closed": pgettext("status", "History"),
    }


@cache
def tiers(language: str) -> dict[int, str]:
    """Name the risk tiers."""
    return {
        0: pgettext("risk", "Claim"),
        1: pgettext("risk", "Escalation risk"),
        2: pgettext("risk", "Standard"),
        3: pgettext("risk", "Low"),
    }


@cache
def topics(language: str, marketplace: str = "") -> dict[str, str]:
    """Name what a buyer writes about; also the reasons of a tier.

    The code of a claim is named after Amazon's and stands for those of every marketplace.
    """
    if marketplace == "amazon":
        opened = pgettext("topic", "A-to-z claim")
        announced = pgettext("topic", "A-to-z claim announced")
    else:
        opened, announced = pgettext("topic", "Claim"), pgettext("topic", "Claim announced")
    return {
        "a_to_z_claim": opened,
        "a_to_z_claim_opened": opened,
        "a_to_z_claim_announced": announced,
        "chargeback": pgettext("topic", "Chargeback"),
        "chargeback_opened": pgettext("topic", "Chargeback"),
        "chargeback_announced": pgettext("topic", "Chargeback announced"),
        "claim": pgettext("topic", "Claim"),
        "bad_review": pgettext("topic", "Bad review"),
        "legal_threat": pgettext("topic", "Legal threat"),
        "safety": pgettext("topic", "Safety"),
        "cancellation": pgettext("topic", "Cancellation"),
        "damaged_defective": pgettext("topic", "Damaged or defective"),
        "return_request": pgettext("topic", "Return"),
        "where_is_my_order": pgettext("topic", "Where is my order"),
        "invoice_request": pgettext("topic", "Invoice"),
        "product_question": pgettext("topic", "Product question"),
        "courtesy": pgettext("topic", "Thanks"),
    }


@cache
def list_words(language: str) -> dict[str, str]:
    """Give the other words of a row."""
    return {
        "watched": pgettext("chip", "Watch only"),
        "nobody": _("Not assigned"),
        "unknown_buyer": _("Unknown buyer"),
        "no_text": _("No text"),
        "since": pgettext("status", "since {time}"),
        "looks": pgettext("presence", "{name} is here"),
        "writes": pgettext("presence", "{name} is writing"),
        "mentioned": pgettext("chip", "Mentions you"),
        "refused": pgettext("chip", "Reply refused"),
        "uncertain": pgettext("chip", "Reply uncertain"),
        "snoozed": pgettext("chip", "until {time}"),
    }
