"""The tabs above settings, and above one's own pages: each shown to those who may open it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from comptoir.merchant.models import Role
from comptoir.storage import clock
from comptoir.storage.models import RawItem
from comptoir.web.accounts.guards import person_of


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab. `count` is what waits behind it."""

    name: str
    label: str
    address: str
    is_current: bool
    count: int = 0


def of_settings(request: HttpRequest) -> list[Tab]:
    """Give the tabs of the settings; a room that is not furnished yet has none."""
    of_the_demo = (("demo_clock", _("Clock"), Role.ADMIN),) if clock.is_movable() else ()
    is_leader = person_of(request).role == Role.LEADER
    of_leaders = (("breach_states", _("Alerts"), Role.LEADER),) if is_leader else ()
    tabs = _tabs(
        request,
        ("channels", _("Channels"), Role.ADMIN),
        ("connections", _("Connections"), Role.ADMIN),
        ("policies", _("Policies"), Role.READER),
        ("templates", _("Templates"), Role.AGENT),
        ("hours", _("Hours"), Role.ADMIN),
        ("assignment", _("Assignment"), Role.LEADER),
        ("quarantine", _("Quarantine"), Role.ADMIN),
        ("people", _("People"), Role.LEADER),
        ("teams", _("Teams"), Role.LEADER),
        ("alert_settings", _("Alerts"), Role.ADMIN),
        *of_leaders,
        ("api_tokens", _("API"), Role.ADMIN),
        ("audit", _("Audit trail"), Role.ADMIN),
        *of_the_demo,
    )
    return [
        replace(tab, count=_quarantined_count()) if tab.name == "quarantine" else tab
        for tab in tabs
    ]


def of_oneself(request: HttpRequest) -> list[Tab]:
    """Give the tabs of one's own pages."""
    return _tabs(
        request,
        ("profile", _("Profile"), Role.READER),
        ("own_hours", _("Working hours"), Role.AGENT),
        ("notifications", _("Notifications"), Role.READER),
        ("own_signature", _("Signature"), Role.AGENT),
        ("keys_of_mine", _("Keys"), Role.READER),
        ("account_change_password", _("Password"), Role.READER),
        ("mfa_index", _("Two-step log-in"), Role.READER),
        ("usersessions_list", _("Browsers"), Role.READER),
    )


def _tabs(request: HttpRequest, *wanted: tuple[str, str, Role]) -> list[Tab]:
    tabs = []
    for name, label, role in wanted:
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        if person_of(request).is_at_least(role):
            tabs.append(Tab(name, label, address, request.path.startswith(address)))
    return tabs


def _quarantined_count() -> int:
    return RawItem.objects.filter(state=RawItem.State.QUARANTINED).count()
