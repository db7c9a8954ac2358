"""What was done to a ticket, as sentences of the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.web.present import vocabulary
from comptoir.web.present.outreach import form_label

Data = Mapping[str, Any]


def _assigned(data: Data) -> str:
    if data.get("to") is None:
        return _("Gave the ticket back to nobody in particular.")
    return _("Gave the ticket to %(to)s.") % {"to": data["names"].get(data["to"], data["to"])}


def _waiting(data: Data) -> str:
    statuses = vocabulary.statuses(get_language() or "en")
    key = "waiting_internally" if data.get("on") == "internally" else f"waiting_on_{data.get('on')}"
    return _("Set to: %(status)s.") % {"status": statuses.get(key, data.get("on"))}


def _tier(data: Data) -> str:
    tiers = vocabulary.tiers(get_language() or "en")
    return _("Corrected the risk to: %(tier)s.") % {"tier": tiers.get(data["tier"], data["tier"])}


def _formed(data: Data) -> Data:
    return {"form": form_label(str(data.get("form", "")), get_language() or "en")}


def _said(wording: Callable[[], str]) -> Callable[[Data], str]:
    return lambda _data: wording()


OUTREACH: dict[str, Callable[[Data], str]] = {
    "ask_for_review": _said(lambda: _("Had the marketplace ask the buyer for a review.")),
    "typed_message": lambda data: (
        _("Sent a typed message of the marketplace's: %(form)s.") % _formed(data)
    ),
    "outreach_accepted": lambda data: _("The marketplace took: %(form)s.") % _formed(data),
    "outreach_refused": lambda data: _("The marketplace did not take: %(form)s.") % _formed(data),
    "outreach_uncertain": lambda data: (
        _("It is unclear whether this arrived: %(form)s.") % _formed(data)
    ),
}
"""What was said on an order of our own accord, from its ticket or from its own page."""

WORDINGS: dict[str, Callable[[Data], str]] = {
    "ticket.assign": _assigned,
    "ticket.wait": _waiting,
    "ticket.tier": _tier,
    "ticket.tag": lambda data: _("Added the tag “%(tag)s”.") % data,
    "ticket.untag": lambda data: _("Took the tag “%(tag)s” off.") % data,
    "ticket.merge": lambda data: _("Merged the ticket into %(with_ticket)s.") % data,
    "ticket.split": lambda data: _("Split messages off into ticket %(with_ticket)s.") % data,
    "ticket.undo_merge": lambda data: _("Undid the merge with ticket %(with_ticket)s.") % data,
    "ticket.undo_split": lambda data: _("Undid the split of ticket %(with_ticket)s.") % data,
    "ticket.promise": _said(lambda: _("Promised the buyer an answer by a moment.")),
    "ticket.promise_kept": _said(lambda: _("Said that the promise was kept.")),
    "ticket.note": _said(lambda: _("Wrote a note.")),
    "ticket.solve": _said(lambda: _("Solved the ticket.")),
    "ticket.reopen": _said(lambda: _("Reopened the ticket.")),
    "ticket.reply": _said(lambda: _("Sent a reply.")),
    "ticket.undo_reply": _said(lambda: _("Took a reply back before it was sent.")),
    "ticket.begin": _said(lambda: _("Began a conversation about an order.")),
    "ticket.send_now": _said(lambda: _("Sent a reply now that was to leave later.")),
    "ticket.hold_back_reply": _said(lambda: _("A reply for later was held back: somebody wrote.")),
    "ticket.retry_reply": _said(lambda: _("Had a reply sent again.")),
    "ticket.answered_elsewhere": _said(lambda: _("Marked as answered outside this desk.")),
    "ticket.reply_accepted": _said(lambda: _("The channel accepted a reply.")),
    "ticket.reply_refused": _said(lambda: _("The channel refused a reply.")),
    "ticket.reply_deferred": _said(lambda: _("A reply could not be sent yet; it is tried again.")),
    "ticket.closed_elsewhere": _said(
        lambda: _("The conversation was closed on the marketplace's side.")
    ),
    "ticket.reply_uncertain": _said(lambda: _("It is unclear whether a reply was sent.")),
    "ticket.reply_confirmed": _said(lambda: _("Confirmed that a reply was sent.")),
    "ticket.reply_not_sent": _said(lambda: _("Confirmed that a reply was not sent.")),
    "ticket.reply_bounced": _said(lambda: _("A reply came back undelivered.")),
    "ticket.no_response_needed": _said(lambda: _("Marked as: no response needed.")),
    "ticket.no_response_confirmed": _said(
        lambda: _("Confirmed “no response needed” at the marketplace.")
    ),
    "ticket.closed_there": _said(lambda: _("The channel closed the conversation, as we asked.")),
    "ticket.not_closed_there": _said(lambda: _("The channel did not close the conversation.")),
    "ticket.undo_no_response_needed": _said(lambda: _("Took “no response needed” back.")),
    "ticket.case_answered": _said(lambda: _("Marked the marketplace's case as answered.")),
    "ticket.put_back": _said(lambda: _("Undid what was done just before.")),
    "ticket.return_decided": _said(lambda: _("Marked the return as decided.")),
    "ticket.link_order": _said(lambda: _("Said which order the ticket is about.")),
    "ticket.unlink_order": _said(lambda: _("Took the order off the ticket.")),
    "ticket.order_changed": _said(lambda: _("The order changed; the promise was looked at anew.")),
    "ticket.correct_buyer": _said(lambda: _("Set the buyer's name or language right.")),
    "ticket.part_customers": _said(lambda: _("Said that two joined customers are two after all.")),
    **{
        f"{noun}.{verb}": wording
        for noun in ("ticket", "order")
        for verb, wording in OUTREACH.items()
    },
    "ticket.merge_customers": _said(lambda: _("Said that two customers are one person.")),
    "customer.correct": _said(lambda: _("Set the customer's name or language right.")),
    "customer.part": _said(lambda: _("Told two joined customers apart again.")),
    "customer.merge": _said(lambda: _("Joined two customers; their orders are together now.")),
}
