"""What surrounds every page: the rail with its counts, asked for only by pages that show it.

Counts are kept for a second in each process (`keeping`). Rights are never kept.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from comptoir.alerts import log, mine
from comptoir.alerts.wishes import wishes_of
from comptoir.inbox import health
from comptoir.merchant.models import Merchant, Person
from comptoir.merchant.rights import Rights
from comptoir.storage import clock
from comptoir.web import known
from comptoir.web.events import tokens
from comptoir.web.keeping import forget as forget
from comptoir.web.keeping import keep as _keep
from comptoir.web.keeping import kept as _kept
from comptoir.web.present import words
from comptoir.web.present.rail import Here, Rail, RailLink, SavedLine, count_text, make_rail
from comptoir.web.present.times import times_for
from comptoir.web.present.toasts import Toast, unpacked
from comptoir.web.present.troubles import TroubleLine, of_dead, of_trouble


@dataclass(frozen=True, slots=True)
class Badge:
    """What the bell shows: a count, empty for none, and whether one of them interrupts."""

    text: str
    is_loud: bool


class Shell:
    """The surroundings of one page, each part worked out when the template first asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.rights: Rights | None = getattr(request, "rights", None)

    @cached_property
    def rail(self) -> Rail | None:
        """Give the views with their counts; None for a visitor."""
        if self.rights is None:
            return None
        rights = self.rights
        here = _here(self.request)
        made: Rail = _keep(
            ("rail", rights, get_language(), here),
            lambda: make_rail(
                counts(rights),
                channels(rights),
                _saved_lines(rights),
                here=here,
                quarantine=reverse("quarantine") if rights.may_administer else "",
            ),
        )
        return made

    @cached_property
    def tools(self) -> list[RailLink]:
        """Give the links below the channels, for those who may use them."""
        if self.rights is None or not self.rights.may_answer:
            return []
        if not self.rights.may_administer:
            return self._links(("templates", _("Templates"), "template"))
        return self._links(("settings", _("Settings"), "gear"))

    @cached_property
    def troubles(self) -> list[TroubleLine]:
        """Say what keeps buyers' mail from being seen; to administrators also which alerts do."""
        if self.rights is None or not isinstance(self.request.user, Person):
            return []
        found = _keep("troubles", lambda: health.troubles(now=clock.now()), seconds=10.0)
        times = times_for(self.request.user.time_zone, clock.now())
        lines = [of_trouble(trouble, times) for trouble in found]
        if self.rights.may_administer:
            dead = _keep("dead", lambda: log.dead(now=clock.now()), seconds=10.0)
            lines += [of_dead(way, times) for way in dead]
        return lines

    @cached_property
    def badge(self) -> Badge:
        """Give what the bell shows."""
        if self.rights is None:
            return Badge("", is_loud=False)
        rights = self.rights
        found: mine.Badge = _keep(("badge", rights), lambda: mine.badge(rights))
        return Badge(count_text(found.count), found.is_loud)

    @cached_property
    def alert_wishes(self) -> str:
        """Give what the browser does when an alert interrupts: "browser sound", or less."""
        if not isinstance(self.request.user, Person):
            return ""
        person = self.request.user
        return str(_keep(("wishes", person.pk), lambda: wishes_of(person).for_browser))

    @cached_property
    def personal(self) -> list[RailLink]:
        """Give what a person can set for themselves."""
        return self._links(("profile", _("Your account"), "person"))

    @property
    def words(self) -> Markup:
        """Give the texts that scripts show, as JSON."""
        return words.for_scripts(get_language() or "en")

    @property
    def toasts(self) -> list[Toast]:
        """Give what the page before left to say."""
        return [
            unpacked(str(said), said.extra_tags or "", said.level_tag)
            for said in messages.get_messages(self.request)
        ]

    @cached_property
    def csrf(self) -> str:
        """Give the token of all forms of the page, masked once and not for each form anew."""
        return get_token(self.request)

    @cached_property
    def now_ms(self) -> int:
        """Give the server's time, which clocks in the browser follow."""
        return int(clock.now().timestamp() * 1000)

    @cached_property
    def events_url(self) -> str:
        """Give the address of the event stream, with this person's pass."""
        if self.rights is None:
            return ""
        token = tokens.make(self.rights.person_id, now=time.time(), keys=settings.MASTER_KEYS)
        return f"{settings.EVENTS_URL}?token={token}"

    @cached_property
    def merchant_name(self) -> str:
        """Give the merchant's name, for titles."""
        return str(_keep("merchant", _merchant_name, seconds=60.0))

    def _links(self, *wanted: tuple[str, str, str]) -> list[RailLink]:
        links = []
        for name, label, icon in wanted:
            try:
                address = reverse(name)
            except NoReverseMatch:
                continue  # a room that is not furnished yet
            here = self.request.path.startswith(address)
            links.append(RailLink(name, label, icon, address, "", here))
        return links

    @property
    def is_demo(self) -> bool:
        """Tell whether this is the demo shop."""
        return bool(settings.IS_DEMO)


def counts(rights: Rights) -> dict[str, int]:
    """Give the counts of a person's views, at most some seconds old."""
    return known.counts(rights)


def channels(rights: Rights) -> list[tuple[int, str, str]]:
    """Give the channels a person sees, by name: id, name, short name."""
    return known.channels(rights)


def names() -> dict[int, str]:
    """Give everybody's name by number, at most a few seconds old."""
    return known.names()


def forget_badge(rights: Rights) -> None:
    """Count a person's alerts anew: they have just taken note of some."""
    _kept.pop(("badge", rights), None)


def forget_wishes(person: Person) -> None:
    """Read anew how somebody wants to hear of alerts: the next page may stay open for hours."""
    _kept.pop(("wishes", person.pk), None)


def forget_dead() -> None:
    """Look anew which ways out do not work: one was tried or changed."""
    _kept.pop("dead", None)


def _here(request: HttpRequest) -> Here:
    if request.path != "/":
        return Here()
    asked = request.GET
    return Here(asked.get("view", "queue"), asked.get("channel", ""), asked.get("saved", ""))


def _saved_lines(rights: Rights) -> list[SavedLine]:
    return [
        SavedLine(view.pk, view.name, _shared_with(view.owner_id, view.team))
        for view in known.views(rights)
    ]


def _shared_with(owner_id: int | None, team: Any) -> str:
    if owner_id is not None:
        return ""
    return _("shared with %(team)s") % {"team": team.name} if team else _("shared with everybody")


def _merchant_name() -> str:
    return Merchant.objects.values_list("name", flat=True).first() or "Comptoir"
