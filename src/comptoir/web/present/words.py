"""The texts that scripts show, in the reader's language: one small object in every page."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from comptoir.web.present import deadlines


@cache
def for_scripts(language: str) -> Markup:
    """Give all texts, in the active language, by the name under which scripts ask for them."""
    return htmlsafe_json_dumps(_texts())


def _texts() -> dict[str, Any]:
    return {
        **deadlines.for_scripts(),
        "offline_since": _("Not live since {time}"),
        "restored": _("Restored what you typed at {time}."),
        "draft_saved": _("Draft saved"),
        "draft_here_only": _("Draft kept on this device only"),
        "failed": _("That did not work. Nothing was changed; try again."),
        "unreachable": _("The desk cannot be reached. What you typed is kept."),
        "claim_came": _("A claim has come in. It is dealt next."),
        "open": pgettext("verb", "Open"),
        "alerts": _("Alerts"),
        "alerts_open": _("Alerts: {count} open"),
        "alerts_many": _("{count} urgent alerts"),
        "remove": _("Remove"),
        "close": _("Close"),
        "copied": _("Copied: {text}"),
        "copy_refused": _("This browser does not let the page copy. Select the text instead."),
        "new_one": _("1 new"),
        "new_many": _("{count} new"),
        "new_claim_one": _("1 claim"),
        "new_claim_many": _("{count} claims"),
        "units": {
            "day": pgettext("unit of time", "d"),
            "hour": pgettext("unit of time", "h"),
            "minute": pgettext("unit of time", "min"),
        },
    }
