"""Why a mail was taken for a channel: codes of recognition ("relay:ebay:members.ebay.de") in words.

A code is a kind of evidence, then what it was. Kinds that say nothing to a reader are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _


def reasons(codes: Iterable[str]) -> list[str]:
    """Say each kind of evidence once, with what it was in brackets."""
    words = _words(get_language() or "en")
    told = []
    for code in codes:
        kind, _colon, value = code.partition(":")
        if kind in words:
            told.append(f"{words[kind]} ({value})" if value else words[kind])
    return list(dict.fromkeys(told))


@cache
def _words(language: str) -> dict[str, str]:
    return _of_senders() | {
        "known_order": _("order number known on this channel"),
        "order_id": _("shape of the order number"),
        "subject_thread": _("thread mark in the subject"),
        "contact_form": _("form of your own shop"),
        "own_address": _("sent from your own address"),
        "account_tag": _("tag of the receiving address"),
        "recipient": _("address of yours that only this channel has"),
        "direct": _("written to you directly"),
        "delivery_report": _("report of a mail system"),
        "mail_system": _("report of a mail system"),
        "machine": _("sender that takes no answer"),
        "no_marketplace": _("no marketplace could be recognised"),
        "no_channel": _("no channel here for this marketplace"),
        "ambiguous": _("several channels would fit"),
    }


def _of_senders() -> dict[str, str]:
    lent = _("address given out by the marketplace")
    return {
        "relay": lent,
        "relay_alias": lent,
        "relay_username": lent,
        "platform_sender": _("sender known as the marketplace's own"),
        "platform_domain": _("domain of the marketplace"),
        "header": _("header written by the marketplace"),
        "header_without_domain": _("header of a marketplace, sent by somebody else"),
        "dmarc_fail": _("the sender could not be proven"),
        "look_alike": _("address that imitates a marketplace"),
        "unlisted_platform": _("a platform without a channel of its own here"),
    }
