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
        "failed": _("it came back undelivered"),
        "window_closed": _("its time for answers is over, until the buyer writes again"),
        "buyer_unreachable": _("the buyer cannot be reached there at the moment"),
        "files_not_taken": _("files cannot be sent there"),
        "recipient_not_allowed": _("this conversation takes no message to whom it was meant for"),
        "not_found": _("the conversation is not there any more"),
        "no_thread": _("there is no conversation to answer in, and none can be begun"),
        "not_answerable": _("there is nobody to answer here"),
        "not_allowed_now": _("the marketplace does not allow it for this order now"),
        "not_by_this_way": _("answers do not leave by this account; the channel needs its mailbox"),
        "partly_sent": _("only a part of it arrived: look there before you write again"),
        "too_long": _("the text is too long there"),
        "forbidden": _("the account may not do this there: a right is missing"),
        "consent_missing": _("nobody has consented to this account yet"),
        "consent_revoked": _("the consent to this account has ended"),
        "token_invalid": _("the key of this account is not valid any more"),
        "secrets_missing": _("a key of this account is missing"),
        "settings_invalid": _("the account is not set up completely"),
    }
