"""What an empty list says: what comes next, or since when a channel is silent. Asked only then."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from comptoir.inbox.queue import View
from comptoir.merchant.models import Channel
from comptoir.merchant.rights import Rights
from comptoir.tickets.models import Message, Ticket
from comptoir.web.present.times import Times


@dataclass(frozen=True, slots=True)
class Emptiness:
    """A headline, one sentence more, and where to go from there."""

    icon: str
    headline: str
    more: str = ""
    link: str = ""
    link_label: str = ""


def what_to_say(rights: Rights, view: View, channel_id: int | None, times: Times) -> Emptiness:
    """Say why a list is empty, and what there is to know all the same."""
    if not rights.channel_ids:
        return _no_channels(rights)
    if channel_id:
        return _channel(rights, channel_id, times)
    if view in ("queue", "claims"):
        headline = _("Nothing to answer.") if view == "queue" else _("No claims, no threats.")
        return Emptiness("check-circle", headline, _next_deadline(rights, times))
    headlines = {
        "mine": _("No ticket is yours at the moment."),
        "unassigned": _("Everything to answer has somebody."),
        "waiting": _("Nothing waits on anybody."),
        "drafts": _("You have no unfinished replies."),
        "solved": _("Nothing was solved yet."),
        "history": _("No older mail was taken in."),
    }
    more = {
        "history": _("Mail from before a channel's start date is kept here, without clocks."),
        "drafts": _("What you type is kept here until you send it."),
    }
    headline = headlines.get(view, _("No tickets yet."))
    if view in ("mine", "drafts"):
        return Emptiness("inbox", headline, more.get(view, ""), "/", _("To the queue"))
    return Emptiness("inbox", headline, more.get(view, ""))


def _no_channels(rights: Rights) -> Emptiness:
    if rights.may_administer:
        return Emptiness(
            "plug",
            _("No channel is connected yet."),
            _("Connect a mailbox that receives your buyers' messages, and they appear here."),
            reverse("connect_channel"),
            _("Connect a mailbox"),
        )
    return Emptiness(
        "lock",
        _("You do not see any channel yet."),
        _("A channel is seen by the teams it was given to. Ask an administrator for yours."),
    )


def _channel(rights: Rights, channel_id: int, times: Times) -> Emptiness:
    channel = Channel.objects.filter(id=channel_id, id__in=rights.channel_ids).first()
    if channel is None:
        return Emptiness("lock", _("There is no such channel, or you may not see it."))
    last = Message.objects.filter(ticket__channel_id=channel_id, author="buyer").aggregate(
        at=Max("occurred_at")
    )["at"]
    if last is None:
        more = _("No message has come from %(channel)s yet.") % {"channel": channel.name}
    else:
        more = _("Last message from %(channel)s: %(time)s.") % {
            "channel": channel.name,
            "time": times.short(last),
        }
    return Emptiness("check-circle", _("Nothing to answer."), more)


def _next_deadline(rights: Rights, times: Times) -> str:
    ticket = (
        Ticket.objects.visible_to(rights)
        .filter(~Q(status__in=["solved", "closed"]), next_deadline_at__gte=times.now)
        .select_related("channel")
        .order_by("next_deadline_at")
        .first()
    )
    if ticket is None:
        return ""
    values = {"time": times.short(ticket.next_deadline_at), "channel": ticket.channel.name}
    if ticket.next_deadline_at == ticket.limit_at:
        return _("Next limit %(time)s, %(channel)s.") % values
    return _("Next target %(time)s, %(channel)s.") % values
