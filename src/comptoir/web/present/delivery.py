"""How far a reply of ours got, in words, with what a person can decide about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from comptoir.tickets.models import Message, Outbox
from comptoir.tickets.reasons import reason_words
from comptoir.web.present.times import Times

PENDING = "pending"
"""The code of a reply that the channel took and has not decided on."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A button beside the state of a reply."""

    label: str
    address: str
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """The state of one reply. `undo_until_ms` is 0 when it cannot be taken back any more."""

    tone: str
    icon: str
    text: str
    more: str
    decisions: tuple[Decision, ...]
    undo_until_ms: int = 0


def make_delivery(
    message: Message, times: Times, *, channel: str, may_answer: bool
) -> Delivery | None:
    """Say how far a reply got; None for messages that are not ours to send."""
    if message.author != Message.Author.AGENT or message.state == Message.State.NOTE:
        return None
    outbox = getattr(message, "outbox", None)
    made = {
        Message.State.QUEUED: _queued,
        Message.State.ACCEPTED: _accepted,
        Message.State.REFUSED: _refused,
        Message.State.UNCERTAIN: _uncertain,
    }.get(Message.State(message.state))
    if made is None:
        return None
    delivery = made(message, outbox, times, channel)
    if may_answer:
        return delivery
    return Delivery(delivery.tone, delivery.icon, delivery.text, delivery.more, ())


def _queued(message: Message, outbox: Outbox | None, times: Times, channel: str) -> Delivery:
    address = f"/tickets/{message.ticket_id}/messages/{message.pk}"
    if outbox is None:
        return Delivery("", "clock", _("On its way"), "", ())
    if outbox.attempt_count and outbox.state == Outbox.State.QUEUED:
        text = _("%(channel)s is not ready. Next try %(time)s.") % {
            "channel": channel,
            "time": times.clock(outbox.not_before_at),
        }
        return Delivery("warn", "clock", text, outbox.last_reply, ())
    if outbox.state == Outbox.State.QUEUED and outbox.is_scheduled:
        text = _("Leaves %(time)s. The clock runs on until then.") % {
            "time": times.short(outbox.not_before_at)
        }
        now, back = (
            Decision(_("Send now"), f"{address}/send-now"),
            Decision(_("Take back"), f"{address}/undo"),
        )
        return Delivery("", "clock", text, "", (now, back))
    if outbox.state == Outbox.State.QUEUED and outbox.not_before_at > times.now:
        undo = Decision(_("Undo"), f"{address}/undo")
        until = int(outbox.not_before_at.timestamp() * 1000)
        return Delivery("", "clock", _("Leaves in a moment"), "", (undo,), until)
    return Delivery("", "send", _("On its way"), "", ())


def _accepted(message: Message, _outbox: Outbox | None, _times: Times, channel: str) -> Delivery:
    if message.seen_elsewhere:
        return Delivery("good", "check", _("Seen in the channel"), "", ())
    return Delivery("good", "check", _("Accepted by %(channel)s") % {"channel": channel}, "", ())


def _refused(message: Message, outbox: Outbox | None, times: Times, channel: str) -> Delivery:
    code = outbox.last_code if outbox else ""
    known = reason_words(times.language).get(code, "")
    reason = known or (outbox.last_reply if outbox else "") or code or _("no reason given")
    text = _("%(channel)s refused your reply: %(reason)s. The buyer has not received it.") % {
        "channel": channel,
        "reason": reason.rstrip("."),
    }
    retry = Decision(_("Send again"), f"/tickets/{message.ticket_id}/messages/{message.pk}/retry")
    more = outbox.last_reply if outbox and known else ""
    return Delivery("bad", "alarm", text, more, (retry,))


def _uncertain(message: Message, outbox: Outbox | None, _times: Times, channel: str) -> Delivery:
    if outbox is not None and outbox.last_code == PENDING:
        taken = _("Taken by %(channel)s, not confirmed yet. The clock runs on until then.")
        return Delivery("", "clock", taken % {"channel": channel}, "", ())
    address = f"/tickets/{message.ticket_id}/messages/{message.pk}"
    text = _(
        "The connection to %(channel)s broke after the last byte: the reply may have arrived. "
        "It is never sent again by itself. Look there, then decide."
    ) % {"channel": channel}
    return Delivery(
        "warn",
        "question",
        text,
        outbox.last_reply if outbox else "",
        (
            Decision(_("It arrived"), f"{address}/confirm-sent", is_primary=True),
            Decision(_("It did not arrive"), f"{address}/confirm-not-sent"),
            Decision(_("Send again"), f"{address}/retry"),
        ),
    )
