"""What everybody on the desk should know: mail that is not fetched or not read, in one sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _

from comptoir.inbox.health import Trouble
from comptoir.web.present.times import Times


def sentence(trouble: Trouble, times: Times) -> str:
    """Say what happened, since when, and what it means."""
    since = times.short(trouble.since)
    told = {
        "connection_failing": _(
            "No mail has come from %(name)s since %(since)s: the mailbox cannot be reached. "
            "Deadlines run on."
        ),
        "connection_silent": _(
            "No mail has been fetched from %(name)s since %(since)s. Deadlines run on."
        ),
        "intake_behind": _(
            "Mail that came since %(since)s has not been read yet. It is kept; deadlines run on."
        ),
    }[trouble.code]
    return told % {"name": trouble.name, "since": since}
