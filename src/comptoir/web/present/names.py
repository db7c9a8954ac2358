"""Names of channels and policies as readers see them: the merchant's own, except where ours."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.inbox.connecting import UNCLAIMED
from comptoir.rulebook.catalogue import UnknownMarketplaceError, marketplace
from comptoir.sla.actions.presets import ASSUMED_NAME, DEFAULT_NAME


def channel_name(name: str) -> str:
    """Say the name; that of the place for unclaimed mail is ours, and said in every language."""
    if not name.startswith(UNCLAIMED):
        return name
    return _("Unclaimed · %(mailbox)s") % {"mailbox": name.removeprefix(UNCLAIMED)}


def marketplace_name(code: str) -> str:
    """Name a marketplace; one that the rulebook does not know keeps its code."""
    try:
        return _(marketplace(code).name).partition(" (")[0]
    except UnknownMarketplaceError:
        return code


def policy_name(name: str) -> str:
    """Say the name of a policy; those that come with the product have their names from us."""
    ours = {ASSUMED_NAME: _("Unknown channel"), DEFAULT_NAME: pgettext("policy", "Default")}
    return ours.get(name, name)
