"""What a message to people says: alerts in words, for the language and the time zone of its reader."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from comptoir.alerts.links import LIST, path_of
from comptoir.alerts.models import Alert
from comptoir.alerts.moments import Tells
from comptoir.alerts.subjects import Subject
from comptoir.alerts.transports.notices import Item, Notice
from comptoir.alerts.words import say

ITEMS_MAX = 15
"""So many alerts a message names; a longer list is read on the desk."""


def notice_of(subjects: Sequence[Subject], count: int, times: Tells) -> Notice:
    """Write a message about alerts, of which `subjects` are the first and `count` all."""
    shown = subjects[:ITEMS_MAX]
    items = tuple(_item(subject, times) for subject in shown)
    more = count - len(shown)
    link = items[0].link if count == 1 else f"{settings.URL}{LIST}"
    return Notice(
        headline=_headline(subjects[0], items[0], count),
        items=items,
        more=ngettext("%(count)s more", "%(count)s more", more) % {"count": more} if more else "",
        link=link,
        link_label=_("Open on the desk"),
        footer=_("Sent by Comptoir. Which alerts come by mail is set under Your account."),
        is_urgent=any(subject.alert.level == Alert.Level.PUSH for subject in subjects),
    )


def trial_notice() -> Notice:
    """Write the message that tries an endpoint out."""
    said = _("This is a test. Alerts will arrive like this.")
    link = f"{settings.URL}{LIST}"
    return Notice(
        headline=_("Comptoir: a test"),
        items=(Item(said, "", "", pgettext("place", "Alerts"), link),),
        more="",
        link=link,
        link_label=_("Open on the desk"),
        footer=_("Sent by Comptoir. Which alerts come by mail is set under Your account."),
        is_urgent=False,
    )


def place_of(subject: Subject, what: str = "") -> str:
    """Say what an alert is about: ticket and channel, or channel or connection alone.

    The channel is left out where the sentence `what` names it already.
    """
    about = subject.channel_name or subject.connection_name
    if subject.alert.ticket_id is None:
        return about or pgettext("place", "This desk")
    if about in what:
        return _("Ticket %(number)s") % {"number": subject.alert.ticket_id}
    return _("Ticket %(number)s, %(channel)s") % {
        "number": subject.alert.ticket_id,
        "channel": about,
    }


def _item(subject: Subject, times: Tells) -> Item:
    said = say(subject, times)
    return Item(
        what=said.what,
        deadline=said.deadline,
        to_do=said.to_do,
        place=place_of(subject, said.what),
        link=f"{settings.URL}{path_of(subject.alert)}",
    )


def _headline(first: Subject, item: Item, count: int) -> str:
    if count > 1:
        return ngettext("%(count)s alert", "%(count)s alerts", count) % {"count": count}
    is_named = first.alert.ticket_id is None and item.place in item.what
    if is_named:
        return item.what
    return _("%(about)s: %(what)s") % {"about": item.place, "what": item.what}
