"""What a channel's codes mean in words: what happened, and what to do."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.channels.kernel.catalogue import card_of
from comptoir.inbox.trials import Answer
from comptoir.merchant.models import Channel, Connection
from comptoir.web.settings_pages.apis import words as api_words

CREDENTIAL_CODES = frozenset(
    {"auth_failed", "token_invalid", "consent_revoked", "consent_missing", "secrets_unreadable"}
)
"""Codes after which the credentials have to be typed, or the consent given, anew."""


def problem(code: str) -> str:
    """Explain why an account does not work; a code without words names itself."""
    name = code.removeprefix("smtp_")
    words = _reaching() | _certificates() | _entering() | _others()
    return words.get(name, _("The server could not be used (%(code)s).") % {"code": name})


def problem_of(row: Connection, code: str) -> str:
    """Explain why a stored account does not work, in the words of its kind."""
    card = card_of(row.kind)
    return api_words.problem(code, card.named(get_language() or "en")) if card else problem(code)


def answer(given: Answer) -> str:
    """Explain how reading or sending went."""
    if given.code == "settings_invalid" and given.field:
        return setting(given.field) or given.detail
    return problem(given.code)


def setting(field: str) -> str:
    """Say what is wrong with a setting; empty where the detail says it better."""
    server = _("Enter the server's name alone, like mail.example.com.")
    port = _("A port lies between 1 and 65535.")
    security = _("Unencrypted connections are for this machine only. Choose TLS or STARTTLS.")
    one_line = _("Line breaks and control characters are not allowed here.")
    missing = _("OAuth 2 needs this value too.")
    return {
        "imap_host": server,
        "smtp_host": server,
        "imap_port": port,
        "smtp_port": port,
        "imap_security": security,
        "smtp_security": security,
        "user": _("Enter the user name of the mailbox, mostly its address."),
        "folders": _("Choose at least one folder to read, such as INBOX."),
        "senders": one_line,
        "smtp_user": one_line,
        "auth": _("OAuth 2 is chosen: fill in its values under Advanced."),
        "client_id": missing,
        "refresh_token": missing,
        "token_url": _("The token address must begin with https://."),
        "ca_certificates": _("The certificate cannot be read: paste its PEM text."),
    }.get(field, "")


def state(channel: Channel) -> str:
    """Name a channel's state."""
    if not channel.is_active:
        return _("Off")
    return _("Watched only") if channel.is_watched_only else _("Live")


def raw_problem(code: str) -> str:
    """Explain why a stored mail could not be read."""
    return {
        "not_readable": _("The mail could not be understood. It is kept as it came."),
        "not_storable": _("The mail holds something that the database refuses. It is kept."),
    }.get(code, _("The mail could not be read (%(code)s). It is kept as it came.") % {"code": code})


def is_credential(row: Connection) -> bool:
    """Tell whether new credentials are what a failing connection needs."""
    return row.error_code.removeprefix("smtp_") in CREDENTIAL_CODES


def _reaching() -> dict[str, str]:
    return {
        "unknown_host": _("There is no server of this name. Check the spelling."),
        "connection_refused": _("The server refuses connections on this port. Check the port."),
        "timeout": _("The server did not answer. Check the port; a firewall may be in the way."),
        "unreachable": _("The connection was lost. It is tried again by itself."),
        "tls_failed": _(
            "The server does not speak TLS on this port. Usual are TLS on 993 for reading and 465 "
            "for sending, STARTTLS on 143 and 587."
        ),
        "starttls_missing": _("The server offers no STARTTLS. Choose TLS instead."),
        "tls_required": _("The server wants encryption before the log-in. Choose TLS."),
        "protocol_error": _("This is no mail server, or it answers oddly. Check name and port."),
    }


def _certificates() -> dict[str, str]:
    own = _(
        "Nobody known vouches for the server's certificate. If the server is your own, paste its "
        "certificate under Advanced; else do not connect."
    )
    return {
        "certificate_expired": _(
            "The server's certificate has expired. Only the provider can renew it; mail is read "
            "again as soon as it is."
        ),
        "certificate_not_yet_valid": _(
            "The server's certificate is not valid yet. Check this machine's date, or ask the "
            "provider."
        ),
        "certificate_self_signed": own,
        "certificate_untrusted": own,
        "certificate_wrong_host": _(
            "The certificate belongs to another name. Use the server name that your provider "
            "documents."
        ),
        "certificate_invalid": _("The server's certificate cannot be verified."),
    }


def _entering() -> dict[str, str]:
    return {
        "auth_failed": _(
            "The server does not accept user name and password. Many providers want an app "
            "password made for this purpose."
        ),
        "token_invalid": _(
            "The token address gave no token. The consent may have ended: make a new one."
        ),
        "throttled": _("The server asks us to wait. It is tried again by itself."),
        "sender_not_authorised": _(
            "This account may not write from the sender address. Use its own address, or allow "
            "the other one at the provider."
        ),
        "secrets_unreadable": _(
            "The stored credentials do not fit this installation's master key. Put the key back, "
            "or type the credentials anew."
        ),
    }


def _others() -> dict[str, str]:
    return {
        "folder_missing": _("There is no such folder in the mailbox. Choose another."),
        "refused": _("The server said no. Its words are below."),
        "try_later": _("The server asks to come back later."),
        "service_refused": _("The server refuses to talk to this machine at all."),
        "message_refused": _("The server refuses what was sent."),
        "settings_invalid": _("One of the settings cannot work."),
        "unknown_kind": _("This version knows no such kind of connection."),
        "failed": _("The check itself failed. Try again; the log of the server says more."),
    }
