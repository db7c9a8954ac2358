"""What an API's codes mean in words: what happened, and what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from comptoir.channels.kernel.card import Card


def problem(code: str, name: str) -> str:
    """Explain why an account does not work; a code without words names itself."""
    said = (_proving() | _asking() | _others()).get(code)
    if said is None:
        said = _("%(name)s could not be used (%(code)s). The details say more.")
    return said % {"name": name, "code": code}


def proof(card: Card) -> str:
    """Say by whose word a connector was built and tried."""
    return {
        "vendor specification": _("Tested against the vendor's own specification."),
        "vendor documentation": _("Built from the vendor's documentation."),
        "third party": _("Built from what others published; the vendor's word was not to be had."),
        "ours": _("Tested against a stand-in of our own."),
    }[card.proof]


def ways(card: Card) -> list[tuple[str, str]]:
    """Say by which way each thing comes and goes."""
    said = {
        "api": _("by the API"),
        "push": _("pushed by the vendor"),
        "mail": _("by mail"),
        "form": _("by a form"),
        "portal": _("in the seller's portal"),
    }
    all_ways = [
        (_("Messages"), card.ways.messages_in),
        (_("Replies"), card.ways.replies_out),
        (_("Orders"), card.ways.orders),
        (_("Returns"), card.ways.returns),
        (_("Claims and reviews"), card.ways.cases),
        (_("Figures"), card.ways.figures),
    ]
    return [(name, said[way]) for name, way in all_ways if way != "none"]


def _proving() -> dict[str, str]:
    return {
        "auth_failed": _(
            "%(name)s does not accept these keys. Copy them again from there, or make new ones."
        ),
        "consent_revoked": _(
            "%(name)s no longer accepts the stored consent. Connect this account again."
        ),
        "consent_missing": _(
            "Nobody has agreed at %(name)s yet. Press the button and agree there."
        ),
        "consent_refused": _(
            "The answer at %(name)s was no. Begin again, and agree there this time."
        ),
        "token_invalid": _(
            "%(name)s gave no access token. Check the keys, then connect the account again."
        ),
        "forbidden": _(
            "The keys are right but may not do this. Give them the rights named in the steps."
        ),
        "secrets_unreadable": _(
            "The stored credentials do not fit this installation's master key. Put the key back, "
            "or type the credentials anew."
        ),
        "secrets_missing": _("A key is missing. Type all of them."),
    }


def _asking() -> dict[str, str]:
    return {
        "not_found": _(
            "There is nothing at this address or under this number. Check both, letter by letter."
        ),
        "unreachable": _(
            "%(name)s did not answer. Check the address; if it is right, it is tried again by "
            "itself."
        ),
        "throttled": _(
            "%(name)s asks us to wait: others may use the same keys. It is tried again by itself."
        ),
        "server_error": _("%(name)s has trouble of its own. It is tried again by itself."),
        "bad_answer": _(
            "What came back is no answer of %(name)s. Check that the address is the API's and not "
            "a web page's."
        ),
        "request_refused": _(
            "%(name)s does not take what was asked. Check the settings; the details have its words."
        ),
        "clock_skewed": _(
            "The clock of this machine is off, so that %(name)s refuses what it signs. Set it right."
        ),
    }


def _others() -> dict[str, str]:
    return {
        "settings_invalid": _("One of the settings cannot work. The details say which."),
        "unknown_kind": _("This version knows no such kind of connection."),
        "unknown_operator": _("No marketplace of this name is known there. Check the address."),
        "connector_failed": _(
            "Something unforeseen came back, and reading stopped there. Nothing is lost; please "
            "report it with the details."
        ),
        "failed": _("The check itself failed. Try again; the log of the server says more."),
    }
