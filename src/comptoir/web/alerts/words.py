"""Codes of messages and endpoints as words: what came back, how far it got, why it was not sent."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.alerts.models import Delivery, Endpoint

STATE_TONES = {"sent": "chip--good", "failed": "chip--bad", "waiting": "chip--warn", "dropped": ""}


def state_words() -> dict[str, str]:
    """Name how far a message got."""
    return {
        "waiting": pgettext("message", "Waiting"),
        "sent": pgettext("message", "Arrived"),
        "failed": pgettext("message", "Not arrived"),
        "dropped": pgettext("message", "Not sent"),
    }


def transport_words() -> dict[str, str]:
    """Name the ways out."""
    return {
        "email": pgettext("way", "E-mail"),
        "webhook": pgettext("way", "Webhook"),
        "chat": pgettext("way", "Chat"),
        "app": pgettext("way", "On the desk"),
    }


def kind_words() -> dict[str, str]:
    """Name the kinds of endpoints."""
    return {
        "slack": "Slack",
        "mattermost": "Mattermost",
        "teams": "Microsoft Teams",
        "webhook": pgettext("endpoint", "Signed webhook"),
        "email": pgettext("endpoint", "E-mail address"),
    }


def reason_word(delivery: Delivery) -> str:
    """Say why a message is what it is, where that needs saying."""
    return {
        "over": _("its cause had gone before it left"),
        "acknowledged": _("somebody had taken note before it left"),
        "folded": _("said in a summary to the same recipient"),
        "summary": _("a summary"),
        "escalated": _("nobody had taken note"),
        "endpoint_off": _("this way out was switched off before it left"),
        "person_gone": _("this person is deactivated"),
        "no_sender": _("no address was chosen to send from"),
        "refused": _("refused for good"),
        "gave_up": _("given up after a day"),
        "test": _("a test"),
    }.get(delivery.reason, delivery.reason)


def answer_word(code: str) -> str:
    """Say what came back from the other side, and what to do about it."""
    if code.startswith("http_"):
        return _http(code.removeprefix("http_"))
    return {
        "": "",
        "accepted": _("Accepted by the mail server."),
        "timeout": _("It did not answer in time."),
        "unreachable": _("It cannot be reached."),
        "host_unknown": _("There is no host of this name. Check the address."),
        "certificate": _("Its certificate cannot be trusted."),
        "no_answer": _("It broke the connection off."),
        "redirected": _(
            "It points to another address. Enter that one: redirects are not followed."
        ),
        "private_address": _(
            "It lies in a private network. Whoever runs this desk can allow it in "
            "COMPTOIR_PRIVATE_HOSTS."
        ),
        "not_encrypted": _("It is not encrypted. Enter an address that begins with https://."),
        "address_invalid": _("This address cannot be. Check it."),
        "teams_failed": _("Teams took it and could not show it."),
        "no_sender": _("No address is chosen from which alerts leave as mail."),
        "auth_failed": _("The mailbox's password was refused. Type new credentials."),
        "secrets_unreadable": _("Its secret cannot be read: the master key does not fit."),
        "watch_mode": _("The mailbox is only watched; it sends nothing."),
        "cannot_send": _("The mailbox has no server to send with."),
        "fault": _("A fault of ours. It stands in the log of the worker."),
    }.get(code, code)


def shown_address(endpoint: Endpoint) -> str:
    """Give an endpoint's address without what is secret in it."""
    if endpoint.kind == Endpoint.Kind.EMAIL:
        return endpoint.url
    parts = urlsplit(endpoint.url)
    return f"{parts.scheme}://{parts.netloc}/…"


def recipient_word(delivery: Delivery) -> str:
    """Say to whom a message went."""
    if delivery.person is not None:
        return delivery.person.name
    if delivery.endpoint is not None:
        return delivery.endpoint.name
    return delivery.address


def _http(status: str) -> str:
    known = {
        "401": _("It refused us: the address or its secret is not right (401)."),
        "403": _("It refused us: the address or its secret is not right (403)."),
        "404": _("There is nothing at this address (404). Was the webhook removed there?"),
        "410": _("The webhook was removed there (410)."),
        "429": _("Too much at once for it (429); tried again later."),
    }
    if status.startswith("2"):
        return _("Taken (%(status)s).") % {"status": status}
    if status.startswith("5"):
        return _("It has a fault of its own (%(status)s).") % {"status": status}
    return known.get(status) or _("It answered %(status)s.") % {"status": status}
