"""A channel's name as readers see it: the merchant's own word, except where we named it ourselves."""

from __future__ import annotations

from django.utils.translation import gettext as _

from comptoir.inbox.connecting import UNCLAIMED


def channel_name(name: str) -> str:
    """Say the name; that of the place for unclaimed mail is ours, and said in every language."""
    if not name.startswith(UNCLAIMED):
        return name
    return _("Unclaimed · %(mailbox)s") % {"mailbox": name.removeprefix(UNCLAIMED)}
