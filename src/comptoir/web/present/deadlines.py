"""Two deadlines as one bar and one line: what is at stake next, and how loud to say it.

A row's state is that of `comptoir.core.priority.urgency` on calendars that never close. It follows
from time alone, so a browser can go on by itself: it gets the moments at which the state changes
(`Stages`) and reckons with the server's clock.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Literal, NamedTuple

from django.utils.translation import get_language, pgettext
from markupsafe import Markup

from comptoir.core.priority import SAVE_NOW_WITHIN, SOON_SHARE
from comptoir.web.present.times import Times, epoch

State = Literal["on_track", "soon", "past_target", "save_now", "limit_missed"]
ICONS: dict[str, str] = {
    "on_track": "clock",
    "soon": "clock-soon",
    "past_target": "flag",
    "save_now": "alarm",
    "limit_missed": "missed",
}
BAR_WIDTH, BAR_HEIGHT = 120, 4


class Stages(NamedTuple):
    """The moments from which each state holds; None for those that never come.

    A limit `is_planning` where the marketplace judges a mean: shown, and never missed.
    """

    start: datetime
    soon: datetime
    target: datetime | None
    save: datetime | None
    limit: datetime | None
    is_planning: bool = False


class Deadline(NamedTuple):
    """What one row says of its deadlines, finished: state, words, bar, and data for the browser."""

    state: State
    icon: str
    word: str
    left: str
    title: str
    bar: Markup
    data: Markup


def stages_of(
    start: datetime,
    target: datetime | None,
    limit: datetime | None,
    *,
    limit_is_planning: bool = False,
) -> Stages | None:
    """Work out when each state begins; None when there is no deadline at all.

    A limit to plan by (the marketplace judges a mean) is never missed: without a target it is one.
    """
    if limit_is_planning and target in (None, limit):
        target, limit = limit, None
    nearest = min((at for at in (target, limit) if at is not None), default=None)
    if nearest is None:
        return None
    return Stages(
        start=start,
        soon=start + (nearest - start) * SOON_SHARE,
        target=target if target != limit else None,
        save=limit - SAVE_NOW_WITHIN if limit and not limit_is_planning else None,
        limit=limit,
        is_planning=limit_is_planning and limit is not None,
    )


def state_at(stages: Stages, now: datetime) -> State:
    """Give the state of that moment; at exactly a deadline it is not yet missed."""
    if stages.limit and now > stages.limit and not stages.is_planning:
        return "limit_missed"
    if stages.save and now >= stages.save:
        return "save_now"
    if stages.target and now > stages.target:
        return "past_target"
    return "soon" if now >= stages.soon else "on_track"


def make_deadline(stages: Stages, times: Times, *, limit_is_confirmed: bool = True) -> Deadline:
    """Say how it stands with a ticket's deadlines."""
    state = state_at(stages, times.now)
    words = state_words(times.language)
    return Deadline(
        state=state,
        icon=ICONS[state],
        word=words[state],
        left=time_left(stages, times),
        title=_title(stages, times, limit_is_confirmed=limit_is_confirmed),
        bar=make_bar(stages, times.now),
        data=_data(stages),
    )


def time_left(stages: Stages, times: Times) -> str:
    """Say what is at stake next: "Target 3 h 12", "Limit 1 h 04", at last "2 h 10 ago"."""
    words, now = stake_words(times.language), times.now
    if stages.target and now <= stages.target:
        return words["target"].format(time=times.length((stages.target - now).total_seconds()))
    if stages.limit and now <= stages.limit:
        return words["limit"].format(time=times.length((stages.limit - now).total_seconds()))
    lost = None if stages.is_planning else stages.limit
    last = lost or stages.target or stages.start
    return words["ago"].format(time=times.length((now - last).total_seconds()))


def make_bar(stages: Stages, now: datetime) -> Markup:
    """Draw the bar: from the oldest unanswered message to the limit, a tick at the target."""
    end = stages.limit or stages.target or now
    whole = max((end - stages.start).total_seconds(), 1.0)
    filled = _part((now - stages.start).total_seconds() / whole)
    kind = "gauge" if stages.limit else "gauge gauge--open"
    tick = ""
    if stages.limit and stages.target:
        at = _part((stages.target - stages.start).total_seconds() / whole)
        tick = f'<rect class="gauge__tick" x="{at - 1}" width="2" height="{BAR_HEIGHT}"/>'
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="{kind}" viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}" width="{BAR_WIDTH}" '
        f'height="{BAR_HEIGHT}" aria-hidden="true"><rect class="gauge__track" '
        f'width="{BAR_WIDTH}" height="{BAR_HEIGHT}"/><rect class="gauge__fill" width="{filled}" '
        f'height="{BAR_HEIGHT}"/>{tick}</svg>'
    )


@cache
def state_words(language: str) -> dict[str, str]:
    """Give the word of each state, in the active language."""
    return {
        "on_track": pgettext("deadline", "On track"),
        "soon": pgettext("deadline", "Soon"),
        "past_target": pgettext("deadline", "Past target"),
        "save_now": pgettext("deadline", "Save now"),
        "limit_missed": pgettext("deadline", "Limit missed"),
    }


@cache
def stake_words(language: str) -> dict[str, str]:
    """Give the sentences around a length of time, in the active language."""
    return {
        "target": pgettext("deadline", "Target {time}"),
        "limit": pgettext("deadline", "Limit {time}"),
        "ago": pgettext("deadline", "{time} ago"),
    }


def for_scripts() -> dict[str, dict[str, str]]:
    """Give the words a browser needs to go on counting."""
    language = get_language() or "en"
    return {"states": state_words(language), "stakes": stake_words(language), "icons": ICONS}


def _title(stages: Stages, times: Times, *, limit_is_confirmed: bool) -> str:
    words, parts = stake_words(times.language), []
    if stages.target:
        parts.append(words["target"].format(time=times.short(stages.target)))
    if stages.limit:
        limit = words["limit"].format(time=times.short(stages.limit))
        said = [] if limit_is_confirmed else [pgettext("limit", "assumed")]
        if stages.is_planning:
            said.append(pgettext("limit", "to plan by"))
        parts.append(f"{limit} ({', '.join(said)})" if said else limit)
    return " · ".join(parts)


def _data(stages: Stages) -> Markup:
    moments = {
        "start": stages.start,
        "soon": stages.soon,
        "target": stages.target,
        "save": stages.save,
        "limit": stages.limit,
    }
    data = [f'data-{name}="{epoch(at)}"' for name, at in moments.items() if at]
    if stages.is_planning:
        data.append('data-planning="1"')
    return Markup(" ".join(data))  # noqa: S704 - numbers only


def _part(share: float) -> int:
    return round(BAR_WIDTH * min(max(share, 0.0), 1.0))
