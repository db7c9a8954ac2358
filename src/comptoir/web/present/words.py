"""The texts that scripts show, in the reader's language: one small object in every page."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from comptoir.web.present import bulk, deadlines
from comptoir.web.present.composer import labels


@cache
def for_scripts(language: str) -> Markup:
    """Give all texts, in the active language, by the name under which scripts ask for them."""
    return htmlsafe_json_dumps(_texts())


def _composer() -> dict[str, str]:
    """Give what the composer says by itself."""
    return {
        "saved": _("Saved {time}"),
        "saving": _("Saving …"),
        "not_saved": _("Not saved yet, kept on this device. Trying again."),
        "restored": _("Restored what you typed at {time}."),
        "older_kept": _("What was typed on this device at {time} is older than your draft."),
        "newer": _("You typed a newer version elsewhere."),
        "another_kept": _("Another version of this draft is kept too."),
        "show": _("Show it"),
        "load": _("Load it"),
        "session": _("Your session has ended. Log in again in another tab: nothing typed is lost."),
        "log_in": _("Log in"),
        "back": _("You are logged in again. What you typed is saved."),
        "moved": _("This ticket was merged into ticket {number}. Your draft went along."),
        "go_on": _("Go on there"),
        "waits": _("No connection: not sent yet. It is sent as soon as the line is back."),
        "do_not": _("Do not send"),
        "sending": _("Sending …"),
        "said_already": _("This text has left already."),
        "changed": _("Not sent: you changed the text. Send it when the line is back."),
        "uploading": _("It is sent as soon as the files are here."),
        "changed_meanwhile": _("Not sent: it was changed meanwhile. Send it again."),
        "left_unsent": _("Not sent: its files were still on their way. It waits as a draft."),
        "leaves_then": _("It leaves {time}, as you chose."),
        "leaves_at_once": _("At once instead"),
        "too_long": _("{count} characters too many"),
        "left": _("{count} characters left"),
        "file_empty": _("{name} is empty: nothing was attached."),
        "file_too_large": _("{name} is too large: a file has {limit} at most."),
        "files_too_large": _("{name} would be too much: this channel takes {limit} in all."),
        "too_many": _("Too many files: this channel takes {limit} at most."),
        "file_type": _("This channel does not take {name}. It takes: {types}."),
        "file_lost": _("{name} did not arrive."),
        "again": _("Try again"),
        "attached": _("{name} is attached."),
        "removed": _("{name} was removed."),
        "text_copied": _("The text is copied. Paste it there, then say that you answered."),
        "promised": _("Promised for {time}"),
        "promise": _("Promise an answer"),
        "pasted": _("screenshot"),
        "cancel": _("Cancel"),
        "bytes_mb": _("{count} MB"),
    }


def _texts() -> dict[str, Any]:
    return {
        **deadlines.for_scripts(),
        **bulk.for_scripts(),
        "offline_since": _("Not live since {time}"),
        "composer": {**labels(), **_composer()},
        "failed": _("That did not work. Nothing was changed; try again."),
        "unreachable": _("The desk cannot be reached. What you typed is kept."),
        "claim_came": _("A claim has come in. It is dealt next."),
        "open": pgettext("verb", "Open"),
        "is_here": _("{names} here too"),
        "is_writing": _("{names} writing"),
        "cannot_see": _("may not see this ticket"),
        "mention_whom": _("Colleagues to name"),
        "alerts": _("Alerts"),
        "alerts_open": _("Alerts: {count} open"),
        "alerts_many": _("{count} urgent alerts"),
        "remove": _("Remove"),
        "close": _("Close"),
        "copied": _("Copied: {text}"),
        "new_since": _("New since you looked"),
        "failed_to_load": _("This file could not be loaded. Download it instead."),
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
