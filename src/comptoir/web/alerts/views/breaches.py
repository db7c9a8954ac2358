"""How each channel stands with its marketplace, by its messages past the limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from comptoir.alerts.queries import ChannelState, breach_states
from comptoir.alerts.words.say import number, state_word, worst_window
from comptoir.merchant.models import Role
from comptoir.storage import clock
from comptoir.web.accounts.guards import needs, person_of, rights_of
from comptoir.web.present.times import times_for

TONES = {"ok": "chip--good", "watch": "chip--warn", "danger": "chip--bad", "critical": "chip--bad"}


@dataclass(frozen=True, slots=True)
class Standing:
    """One channel in words: its state, why, and the figures of each window."""

    held: ChannelState
    state: str
    tone: str
    why: str
    allowed: str
    windows: list[dict[str, Any]]


@require_GET
@needs(Role.LEADER)
def show(request: HttpRequest) -> HttpResponse:
    """Show the channels somebody sees, the worst first."""
    values = {
        "standings": [_standing(held) for held in breach_states(rights_of(request))],
        "times": times_for(person_of(request).time_zone, clock.now()),
    }
    return render(request, "settings/alerts/breaches.html", values)


def _standing(held: ChannelState) -> Standing:
    data = held.data
    return Standing(
        held=held,
        state=state_word(held.state.value),
        tone=TONES[held.state.value],
        why=worst_window(data) if held.state.value != "ok" else "",
        allowed=number(float(data.get("allowed") or 0) * 100),
        windows=[
            {**window, "share": number(100 * window["late"] / window["total"])}
            if window["total"]
            else {**window, "share": ""}
            for window in data.get("windows", ())
        ],
    )
