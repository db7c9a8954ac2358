"""Why something done to a list, a view or many tickets at once was refused, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def sentence(code: str, values: Mapping[str, Any]) -> str:
    """Say a refusal; empty where the code is not one of these."""
    told = {"limit": values.get("limit", "?"), "who": values.get("who", "")}
    sentences = {
        "view_name_missing": _("Give the view a name first."),
        "view_name_long": _("A view's name has %(limit)s characters at most."),
        "too_many_views": _("There are %(limit)s views already. Drop one first."),
        "no_such_view": _("This view is gone. Somebody may have dropped it."),
        "no_such_team": _("This team is gone. Choose another one."),
        "no_such_verb": _("That cannot be done to many tickets at once."),
        "too_many_tickets": _("At most %(limit)s tickets at once. Do the others afterwards."),
        "no_such_change": _("That can no longer be undone: it is more than an hour ago."),
        "already_undone": _("That was undone already."),
        "changed_since": _changed_since(values),
        "no_such_ticket": _("There is no such ticket, or you may not see it."),
        "read_only": _("You may read this, and not change it."),
        "no_such_tier": _("Choose one of the four risks."),
    }
    return sentences.get(code, "") % told


def _changed_since(values: Mapping[str, Any]) -> str:
    if values.get("is_own"):
        return _("You did something else here since, so it stays as it is.")
    if values.get("kind") == "buyer_message":
        return _("The buyer wrote here since, so it stays as it is.")
    if values.get("who"):
        return _("%(who)s did something here since, so it stays as it is.")
    return _("Somebody did something here since. It stays as it is.")
