"""What is said of each kind of alert."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from comptoir.alerts.models import Alert
from comptoir.alerts.moments import Tells
from comptoir.alerts.subjects import Subject
from comptoir.alerts.words.clocks import clock_reached
from comptoir.alerts.words.said import Said, deadlines, unchanged
from comptoir.alerts.words.together import followed, held_back, mentioned
from comptoir.channels.kernel.outreach import REVIEW
from comptoir.tickets.reasons import reason_words


def say(subject: Subject, times: Tells) -> Said:
    """Say an alert in three sentences."""
    return WORDINGS[Alert.Kind(subject.alert.kind)](subject, times)


def state_word(state: str) -> str:
    """Name the state of a channel's breaches."""
    return {
        "ok": pgettext("breach state", "in order"),
        "watch": pgettext("breach state", "watch"),
        "danger": pgettext("breach state", "danger"),
        "critical": pgettext("breach state", "critical"),
    }.get(state, state)


def _claim(subject: Subject, times: Tells) -> Said:
    what = _("A claim has come in on %(channel)s.") % {"channel": subject.channel_name}
    return Said(what, deadlines(subject, times), _("Open it: it precedes everything else."))


def _refused(subject: Subject, times: Tells) -> Said:
    code = str(subject.data.get("code", ""))
    reason = reason_words(get_language() or "en").get(code) or code or _("no reason given")
    told = {"channel": subject.channel_name, "reason": reason.rstrip(".")}
    if form := subject.data.get("form"):
        what = _("Your typed message did not leave on %(channel)s: %(reason)s.") % told
        if form == REVIEW:
            what = _("Your request for a review did not leave on %(channel)s: %(reason)s.") % told
        return Said(what, _("No deadline depends on it."), _("Look at the order on the ticket."))
    what = _("%(channel)s refused your reply: %(reason)s.") % told
    return Said(what, unchanged(subject, times), _("Mend it and send it again."))


def _uncertain(subject: Subject, times: Tells) -> Said:
    told = {"channel": subject.channel_name}
    to_do = _("Look there, then say on the ticket whether it arrived.")
    if form := subject.data.get("form"):
        what = _("Nobody knows whether your typed message reached %(channel)s.") % told
        if form == REVIEW:
            what = _("Nobody knows whether your request for a review reached %(channel)s.") % told
        return Said(what, _("No deadline depends on it."), to_do)
    what = _("Nobody knows whether the reply reached %(channel)s: the connection broke.") % told
    return Said(what, unchanged(subject, times), to_do)


def _silent(subject: Subject, times: Tells) -> Said:
    data = subject.data
    what = _("No message from %(channel)s for %(time)s; %(expected)s were expected.") % {
        "channel": subject.channel_name,
        "time": times.length(float(data.get("hours") or 0) * 3600),
        "expected": round(float(data.get("expected") or 0)),
    }
    deadline = _("What buyers wrote meanwhile is not seen here; its deadlines run.")
    return Said(what, deadline, _("Look on the channel's own page, and check its connection."))


def _credentials(subject: Subject, times: Tells) -> Said:
    expires_at = _moment(subject.data.get("expires_at")) or subject.alert.due_at
    told = {"name": subject.connection_name, "time": times.short(expires_at)}
    if expires_at > times.now:
        what = _("The credentials of %(name)s expire %(time)s.") % told
    else:
        what = _("The credentials of %(name)s expired %(time)s.") % told
    deadline = _("Without them no message comes and no reply leaves; deadlines run on.")
    return Said(what, deadline, _("Type new credentials."))


def _failing(subject: Subject, times: Tells) -> Said:
    since = _moment(subject.data.get("since")) or subject.alert.due_at
    told = {"name": subject.connection_name, "time": times.short(since)}
    if subject.data.get("code") == "auth_failed":
        what = _("%(name)s has refused our log-in since %(time)s.") % told
        to_do = _("Type new credentials.")
    else:
        what = _("%(name)s cannot be reached since %(time)s.") % told
        to_do = _("Check the connection.")
    return Said(what, _("No message comes in; deadlines run on."), to_do)


def _behind(subject: Subject, times: Tells) -> Said:
    since = _moment(subject.data.get("since")) or subject.alert.due_at
    what = _("Messages that came since %(time)s have not been read yet.") % {
        "time": times.short(since)
    }
    return Said(what, _("They are kept; their deadlines run."), _("Look whether a worker runs."))


def _quarantined(subject: Subject, times: Tells) -> Said:
    count = int(subject.data.get("count") or 1)
    what = ngettext(
        "%(count)s message could not be read and waits in quarantine.",
        "%(count)s messages could not be read and wait in quarantine.",
        count,
    ) % {"count": count}
    return Said(what, _("Nobody sees its deadline."), _("Look at what it is, and answer by hand."))


def _default_policy(subject: Subject, times: Tells) -> Said:
    what = _("No policy fits a ticket of %(channel)s: the default one applies.") % {
        "channel": subject.channel_name
    }
    deadline = _("Its deadlines are the default's, not the marketplace's.")
    return Said(what, deadline, _("Give the channel a policy of its own."))


def _differs(subject: Subject, times: Tells) -> Said:
    count = int(subject.data.get("differences") or 1)
    what = ngettext(
        "The nightly check found %(count)s stored deadline that does not fit its facts.",
        "The nightly check found %(count)s stored deadlines that do not fit their facts.",
        count,
    ) % {"count": count}
    to_do = _("Run: comptoir sla verify. Then report it: this is a fault of ours.")
    return Said(what, _("What is shown there may be wrong."), to_do)


def _breaches(subject: Subject, times: Tells) -> Said:
    data = subject.data
    state = str(data.get("state", ""))
    told = {"channel": subject.channel_name, "state": state_word(state)}
    if state == "ok":
        return Said(_("Few late answers on %(channel)s: it is in order again.") % told, "", "")
    what = _("Late answers on %(channel)s: %(state)s.") % told
    if not data.get("is_worse"):
        return Said(what, worst_window(data), _("It was worse before; go on."))
    to_do = _("Put more people on this channel, or give it longer hours.")
    return Said(what, worst_window(data), to_do)


def worst_window(data: dict[str, Any]) -> str:
    """Say the figures of the window with the largest share of late answers; "" without any."""
    windows = [window for window in data.get("windows", ()) if window["total"]]
    if not windows:
        return ""
    worst = max(windows, key=lambda window: (window["late"] / window["total"], window["days"]))
    allowed = float(data.get("allowed") or 0)
    return _(
        "%(late)s of %(total)s messages of %(days)s days were past the limit; "
        "%(allowed)s %% are allowed."
    ) % {**worst, "allowed": number(allowed * 100)}


def number(value: float) -> str:
    """Write a figure as the reader's language does, with one digit behind the point at most."""
    return format_decimal(value, format="0.#", locale=get_language() or "en")


def _moment(text: Any) -> datetime | None:
    """Read a moment that a source wrote; None for anything else."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else None


WORDINGS: dict[Alert.Kind, Callable[[Subject, Tells], Said]] = {
    Alert.Kind.CLOCK: clock_reached,
    Alert.Kind.CLAIM: _claim,
    Alert.Kind.REPLY_REFUSED: _refused,
    Alert.Kind.REPLY_UNCERTAIN: _uncertain,
    Alert.Kind.CHANNEL_SILENT: _silent,
    Alert.Kind.CREDENTIALS_EXPIRING: _credentials,
    Alert.Kind.CONNECTION_FAILING: _failing,
    Alert.Kind.INTAKE_BEHIND: _behind,
    Alert.Kind.QUARANTINED: _quarantined,
    Alert.Kind.DEFAULT_POLICY: _default_policy,
    Alert.Kind.VERIFY_DIFFERS: _differs,
    Alert.Kind.BREACH_STATE: _breaches,
    Alert.Kind.MENTION: mentioned,
    Alert.Kind.FOLLOWED: followed,
    Alert.Kind.REPLY_HELD_BACK: held_back,
}
