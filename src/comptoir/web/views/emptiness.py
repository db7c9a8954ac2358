"""What an empty list says: what comes next, or since when a channel is silent. Asked only then."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.inbox import queue
from comptoir.inbox.filter_sql import Moment
from comptoir.inbox.queue import Asked
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


def what_to_say(rights: Rights, asked: Asked, times: Times, moment: Moment) -> Emptiness:
    """Say why a list is empty, and what there is to know all the same."""
    if not rights.channel_ids:
        return _no_channels(rights)
    view, channels = asked.view, asked.filters.of("channel")
    if view == "queue" and len(channels) == 1 and set(asked.filters.chosen) == {"channel"}:
        return _channel(rights, int(channels[0]), times)
    if asked.filters:
        return _filtered(rights, asked, moment)
    if view in ("queue", "claims", "risk"):
        headline = {
            "queue": _("Nothing to answer."),
            "claims": _("No claims, no threats."),
            "risk": _("Nothing is at risk."),
        }[view]
        return Emptiness("check-circle", headline, _next_deadline(rights, times))
    headlines = {
        "mine": _("No ticket is yours at the moment."),
        "unassigned": _("Everything to answer has somebody."),
        "waiting": _("Nothing waits on anybody."),
        "snoozed": _("Nothing sleeps."),
        "drafts": _("You have no unfinished replies."),
        "solved": _("Nothing was solved yet."),
        "history": _("No older mail was taken in."),
    }
    more = {
        "history": _("Mail from before a channel's start date is kept here, without clocks."),
        "drafts": _("What you type is kept here until you send it."),
        "snoozed": _("A snoozed ticket comes back by itself; its deadlines run on."),
    }
    headline = headlines.get(view, _("No tickets yet."))
    if view in ("mine", "drafts"):
        return Emptiness("inbox", headline, more.get(view, ""), "/", _("To the queue"))
    return Emptiness("inbox", headline, more.get(view, ""))


def _filtered(rights: Rights, asked: Asked, moment: Moment) -> Emptiness:
    """Say that filters hide what is there, how much of it, and offer the list without them."""
    plain = queue.ask(asked.view, sort=asked.sort)
    hidden = len(queue.ids(rights, plain, moment=moment, at_most=queue.COUNT_CAP))
    address = "/" if asked.view == "queue" else f"/?view={asked.view}"
    if not hidden:
        more = _("Without the filters there is nothing here either.")
    elif hidden >= queue.COUNT_CAP:
        more = _("More than %(count)s hidden by filters.") % {"count": queue.COUNT_CAP - 1}
    else:
        more = ngettext("%(count)s hidden by filters.", "%(count)s hidden by filters.", hidden) % {
            "count": hidden
        }
    return Emptiness("filter", _("No match."), more, address, _("Drop the filters"))


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
