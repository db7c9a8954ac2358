"""Why a channel did not take a reply, in words: for the ticket page, and for alerts."""

from __future__ import annotations

from functools import cache

from django.utils.translation import gettext as _


@cache
def reason_words(language: str) -> dict[str, str]:
    """Say why a channel refused, by code, in the language that is active."""
    return {
        "gave_up": _("it could not be reached for half a day"),
        "not_sent": _("a person checked, it did not arrive"),
        "sender_not_authorised": _("sender not authorised"),
        "recipient_refused": _("the buyer's address does not exist any more"),
        "message_refused": _("the text or a file is not allowed there"),
        "auth_failed": _("the mailbox's password was refused"),
        "too_large": _("the reply with its files is too large"),
        "watch_mode": _("the mailbox is only watched"),
        "cannot_send": _("no server for outgoing mail is set"),
        "bounced": _("it came back undelivered"),
        "window_closed": _("its time for answers is over, until the buyer writes again"),
        "buyer_unreachable": _("the buyer cannot be reached there at the moment"),
        "files_not_taken": _("files cannot be sent there"),
    }
