"""What everybody on the desk should know: mail that is not fetched or not read, in one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from comptoir.alerts.log import Dead
from comptoir.inbox.health import Trouble
from comptoir.web.present.times import Times


@dataclass(frozen=True, slots=True)
class TroubleLine:
    """One sentence, and where an administrator looks after it."""

    text: str
    address: str


def of_trouble(trouble: Trouble, times: Times) -> TroubleLine:
    """Say of mail that is not fetched or not read."""
    return TroubleLine(sentence(trouble, times), "/settings/connections")


def of_dead(dead: Dead, times: Times) -> TroubleLine:
    """Say of a way out by which no alert arrives."""
    told = {"name": dead.name, "since": times.short(dead.since)}
    if dead.endpoint is None:
        text = _("No alert has left as mail from %(name)s since %(since)s.") % told
        return TroubleLine(text, "/settings/alerts")
    text = _("No alert has arrived at %(name)s since %(since)s.") % told
    return TroubleLine(text, f"/settings/alerts/endpoints/{dead.endpoint.pk}")


def sentence(trouble: Trouble, times: Times) -> str:
    """Say what happened, since when, and what it means."""
    since = times.short(trouble.since)
    told = {
        "connection_failing": _(
            "Nothing has come from %(name)s since %(since)s: the account does not work. "
            "Deadlines run on."
        ),
        "connection_silent": _(
            "Nothing has been fetched from %(name)s since %(since)s. Deadlines run on."
        ),
        "intake_behind": _(
            "Mail that came since %(since)s has not been read yet. It is kept; deadlines run on."
        ),
    }[trouble.code]
    return told % {"name": trouble.name, "since": since}
