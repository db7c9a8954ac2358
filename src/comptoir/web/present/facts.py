"""What happened on a ticket besides messages, one sentence each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from comptoir.tickets.models import Fact
from comptoir.web.present import together_facts
from comptoir.web.present.outreach import form_label, why_refused
from comptoir.web.present.policies import Refs, change
from comptoir.web.present.times import Times
from comptoir.web.present.vocabulary import statuses, tiers

Names = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class EventView:
    """One line of the timeline."""

    at: datetime
    time: str
    full: str
    icon: str
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A fact with all that its sentence needs."""

    fact: Fact
    names: Names
    times: Times
    policies: Refs = field(default_factory=dict)

    @property
    def data(self) -> Mapping[str, Any]:
        """Give the fact's values."""
        values: Mapping[str, Any] = self.fact.data
        return values

    @property
    def who(self) -> str:
        """Name who did it."""
        return self.fact.person.name if self.fact.person else _("Comptoir")

    def moment(self, key: str) -> str:
        """Write a moment of the data; empty when there is none."""
        value = self.data.get(key)
        return self.times.short(datetime.fromisoformat(value)) if value else ""


def make_event(
    fact: Fact, names: Names, times: Times, policies: Refs | None = None
) -> EventView | None:
    """Make the line of a fact; None for those that messages and clocks show already.

    `policies` names the policy versions that `policy_applied` facts speak of.
    """
    known = LINES.get(fact.kind)
    if known is None:
        return None
    icon, tone, sentence = known
    text = sentence(Told(fact, names, times, policies or {}))
    if not text:
        return None
    if fact.kind == "status":
        icon = STATUS_ICONS.get(str(fact.data.get("to")), icon)
    if fact.kind in OUTREACH:
        tone = OUTREACH_TONES.get(str(fact.data.get("state")), tone)
    at = fact.happened_at
    return EventView(at, times.clock(at), times.full(at), icon, text, tone)


def _status(told: Told) -> str:
    to = str(told.data.get("to", ""))
    if to == "solved":
        return _("%(who)s solved it.") % {"who": told.who}
    if to == "open":
        return _("Open again.")
    named = statuses(told.times.language).get(to, to)
    return _("%(status)s.") % {"status": named}


def _tier(told: Told) -> str:
    named = tiers(told.times.language)
    return _("%(who)s corrected the risk: %(before)s is now %(to)s.") % {
        "who": told.who,
        "before": named.get(told.data.get("before", 2), "?"),
        "to": named.get(told.data.get("to", 2), "?"),
    }


def _marked(told: Told) -> str:
    values = {"who": told.who, "reason": told.data.get("reason", "")}
    if told.data.get("confirms"):
        return _("%(who)s confirmed that the marketplace has the mark too.") % values
    if told.data.get("confirmed_outside"):
        return _("%(who)s: no response needed – %(reason)s") % values
    return (
        _("%(who)s: no response needed – %(reason)s. Not marked at the marketplace yet.") % values
    )


def _unmarked(told: Told) -> str:
    return _("%(who)s took “no response needed” back.") % {"who": told.who}


def _closed_there(_told: Told) -> str:
    return _("The channel closed the conversation.")


def _not_closed_there(_told: Told) -> str:
    return _("The channel did not close the conversation. Close it there by hand.")


def _refused(told: Told) -> str:
    answer = told.data.get("answer") or told.data.get("reply") or told.data.get("code") or ""
    return _("The channel refused the reply: %(answer)s") % {"answer": answer}


def _uncertain(_told: Told) -> str:
    return _("The connection broke while the reply was sent: nobody knows whether it arrived.")


def _outreach(told: Told) -> str:
    what = form_label(str(told.data.get("form", "")), told.times.language)
    code = str(told.data.get("code", ""))
    values = {"who": told.who, "what": what, "why": why_refused(code, "")}
    match told.data.get("state"):
        case "accepted":
            return (
                _("%(who)s: %(what)s – the marketplace took it. No reply: no clock stops.") % values
            )
        case "refused":
            return _("%(who)s: %(what)s – did not leave: %(why)s.") % values
        case _:
            return _("%(who)s: %(what)s – nobody knows whether it arrived.") % values


def _undone(told: Told) -> str:
    return _("%(who)s took the reply back before it left.") % {"who": told.who}


def _begun(told: Told) -> str:
    return _("%(who)s began the conversation.") % {"who": told.who}


def _scheduled(told: Told) -> str:
    return _("%(who)s wrote a reply that leaves %(time)s.") % {
        "who": told.who,
        "time": told.moment("send_at"),
    }


def _held_back(told: Told) -> str:
    values = {"who": told.names.get(told.data.get("of", 0), "?")}
    if told.data.get("because") == "buyer":
        return _("A reply for later was held: the buyer wrote. %(who)s has it as a draft.") % values
    return _("A reply for later was held: somebody answered. %(who)s has it as a draft.") % values


def _retried(told: Told) -> str:
    return _("%(who)s had the reply sent again.") % {"who": told.who}


def _case_opened(told: Told) -> str:
    if due := told.moment("due_at"):
        return _("The marketplace opened a case. Answer due %(time)s.") % {"time": due}
    return _("The marketplace opened a case.")


def _case_answered(told: Told) -> str:
    return _("%(who)s answered the case at the marketplace.") % {"who": told.who}


def _withdrawn(told: Told) -> str:
    values = {"who": told.who}
    return {
        "agent_reply": _("%(who)s had recorded an answer given elsewhere, and took that back."),
        "case_answered": _("%(who)s had said that the case was answered, and took that back."),
        "return_decided": _("%(who)s had said that the return was decided, and took that back."),
    }.get(str(told.data.get("was")), _("%(who)s took back that the promise was kept.")) % values


def _return_requested(told: Told) -> str:
    if due := told.moment("due_at"):
        return _("The buyer asks to return. Decision due %(time)s.") % {"time": due}
    return _("The buyer asks to return.")


def _return_decided(told: Told) -> str:
    return _("%(who)s decided the return at the marketplace.") % {"who": told.who}


def _promise(told: Told) -> str:
    return _("%(who)s promised an answer by %(time)s.") % {
        "who": told.who,
        "time": told.moment("due_at"),
    }


def _kept(_told: Told) -> str:
    return _("The promise was kept.")


def _policy(told: Told) -> str:
    return change(told.data, told.policies)


def _tagged(told: Told) -> str:
    values = {"who": told.who}
    if added := told.data.get("added"):
        return _("%(who)s added the tag “%(tag)s”.") % {**values, "tag": ", ".join(added)}
    taken = ", ".join(told.data.get("removed", ()))
    return _("%(who)s took the tag “%(tag)s” off.") % {**values, "tag": taken}


def _joined(told: Told) -> str:
    values = {"who": told.who, "other": told.data.get("other", "?")}
    return _("%(who)s merged ticket %(other)s into this one.") % values


def _split(told: Told) -> str:
    values = {"who": told.who, "other": told.data.get("other", "?")}
    return _("%(who)s split messages: the others are on ticket %(other)s.") % values


def _order_linked(told: Told) -> str:
    values = {"who": told.who, "order": told.data.get("order", "?")}
    return _("%(who)s linked order %(order)s.") % values


def _order_unlinked(told: Told) -> str:
    values = {"who": told.who, "order": told.data.get("order", "?")}
    return _("%(who)s took order %(order)s off.") % values


def _buyer_corrected(told: Told) -> str:
    return _("%(who)s set the buyer's name or language right.") % {"who": told.who}


def _customers_merged(told: Told) -> str:
    return _("%(who)s joined two customers into this one.") % {"who": told.who}


def _customers_parted(told: Told) -> str:
    return _("%(who)s told the two customers apart again.") % {"who": told.who}


OUTREACH = ("review_asked", "typed_message")
OUTREACH_TONES = {"refused": "bad", "uncertain": "warn"}
STATUS_ICONS = {"solved": "check", "open": "refresh"}

LINES: dict[str, tuple[str, str, Callable[[Told], str]]] = {
    **together_facts.LINES,
    "status": ("hourglass", "", _status),
    "tier_corrected": ("shield", "", _tier),
    "no_response_needed": ("check-circle", "", _marked),
    "undo_no_response_needed": ("undo", "", _unmarked),
    "thread_closed": ("archive", "", _closed_there),
    "thread_not_closed": ("alarm", "warn", _not_closed_there),
    "reply_failed": ("alarm", "bad", _refused),
    "reply_refused": ("alarm", "bad", _refused),
    "reply_uncertain": ("question", "warn", _uncertain),
    "reply_undone": ("undo", "", _undone),
    "reply_retried": ("refresh", "", _retried),
    "case_opened": ("shield", "bad", _case_opened),
    "case_answered": ("shield", "", _case_answered),
    "withdrawn": ("undo", "", _withdrawn),
    "return_requested": ("parcel", "warn", _return_requested),
    "return_decided": ("parcel", "", _return_decided),
    "policy_applied": ("gear", "", _policy),
    "tagged": ("note", "", _tagged),
    "promise": ("clock", "", _promise),
    "begun": ("mail", "", _begun),
    "reply_scheduled": ("clock", "", _scheduled),
    "reply_held_back": ("pause", "warn", _held_back),
    "review_asked": ("send", "", _outreach),
    "typed_message": ("send", "", _outreach),
    "promise_kept": ("check", "", _kept),
    "merged": ("stack", "", _joined),
    "split": ("link", "", _split),
    "order_linked": ("bag", "", _order_linked),
    "order_unlinked": ("bag", "", _order_unlinked),
    "buyer_corrected": ("person", "", _buyer_corrected),
    "customers_merged": ("person", "", _customers_merged),
    "customers_parted": ("undo", "", _customers_parted),
}
