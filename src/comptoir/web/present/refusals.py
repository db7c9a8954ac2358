"""Why a verb did not do what was asked, as a sentence that says what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from comptoir.core.refusals import Refusal
from comptoir.tickets.actions.errors import Refused
from comptoir.web.present import list_refusals
from comptoir.web.present.composer import short_name
from comptoir.web.present.files import size_text
from comptoir.web.present.times import Times
from comptoir.web.present.variables import field_label


def say(refused: Refused, times: Times) -> str:
    """Say a refusal."""
    values = refused.values
    sentences = {
        "nothing_to_record": _("Nothing is recorded yet: write what you answered there first."),
        "empty": _("There is nothing to send yet: write something first."),
        "too_long": _("Too long for this channel: %(length)s characters, %(limit)s are allowed.")
        % {"length": values.get("length", "?"), "limit": values.get("limit", "?")},
        "too_short": _("Too short for this channel: it takes %(limit)s characters at least.")
        % {"limit": values.get("limit", "?")},
        "window_closed": _(
            "%(channel)s took answers to this message until %(time)s. Wait until the buyer writes again."
        )
        % {"channel": values.get("channel", ""), "time": times.short(values.get("until"))},
        "too_many_files": _("Too many files: this channel takes %(limit)s at most.")
        % {"limit": values.get("limit", "?")},
        "files_too_large": _("The files are too large: this channel takes %(limit)s in all.")
        % {"limit": size_text(int(values.get("limit", 0)))},
        "file_empty": _("%(name)s is empty: nothing was attached.")
        % {"name": values.get("name", "")},
        "file_too_large": _("%(name)s is too large: a file has %(limit)s at most.")
        % {"name": values.get("name", ""), "limit": size_text(int(values.get("limit", 0)))},
        "file_type": _("This channel does not take %(name)s. It takes: %(types)s.")
        % {"name": values.get("name", ""), "types": ", ".join(values.get("types", ()))},
        "file_twice": _("%(name)s is attached already.") % {"name": values.get("name", "")},
        "wrong_party": _("A mail to %(channel)s has one reader only. Choose another.")
        % {"channel": values.get("channel", "")},
        "later_in_past": _("That moment has passed. Choose a later one, or send now."),
        "later_not_understood": _("Choose a day and a time, or send now."),
        "later_not_possible": _("The target has passed: nothing can wait here. Send now."),
        "later_past_target": _("That is past the target. Send by %(time)s at the latest.")
        % {"time": times.short(values.get("latest"))},
        "promise_not_understood": _("Say by when you will come back to the buyer."),
        "sent_otherwise": _(
            "The first version of this text has left already. What you changed since is kept here; "
            "sent again, it is a message of its own."
        ),
        "did_not_leave": _(
            "This was sent before and did not leave. What you have here is kept; sent again, it is "
            "tried once more."
        ),
        "no_such_order": _("There is no such order, or you may not see it."),
        "no_such_version": _("That version is not kept any more."),
        "cannot_start": _(
            "On %(channel)s only the buyer can begin a conversation by mail. Write "
            "from the order's page there; the answer shows up here."
        )
        % {"channel": values.get("channel", "")},
        "no_buyer_address": _(
            "%(channel)s gave no address of this buyer. Write from the order's "
            "page there; the answer shows up here."
        )
        % {"channel": values.get("channel", "")},
        "start_too_late": _(
            "%(channel)s lets sellers write for %(days)s days after an order. That time is over."
        )
        % {"channel": values.get("channel", ""), "days": values.get("days", "?")},
        "subject_too_long": _("The subject is too long: %(limit)s characters are allowed.")
        % {"limit": values.get("limit", "?")},
        "no_route": _("No mailbox may send for %(channel)s. An administrator can choose one.")
        % {"channel": values.get("channel", "")},
        "watch_mode": _("%(channel)s is in watch mode: it is only read, and nothing leaves here.")
        % {"channel": values.get("channel", "")},
        "not_answerable": _("%(channel)s cannot be answered by mail. Answer in its portal.")
        % {"channel": values.get("channel", "")},
        "unresolved_variable": _(
            "Not sent: “%(field)s” is still empty. Write what should stand there, then send again."
        )
        % {"field": field_label(values.get("variable", ""))},
        "broken_field": _(
            "Not sent: “%(piece)s” is left of a field that was deleted in part. Delete its braces, "
            "or write what should stand there, then send again."
        )
        % {"piece": values.get("piece", "")},
        "buyer_wrote_meanwhile": _("The buyer wrote while you were writing."),
        "file_missing": _(
            "Not sent yet: the text speaks of a file, and none is attached. Add it, or send it as it is."
        ),
        "file_not_taken": _(
            "Not sent yet: the text speaks of a file, and %(channel)s takes none. Change the text, or "
            "send it as it is."
        )
        % {"channel": values.get("channel", "")},
        "colleague_wrote_meanwhile": _("A colleague answered while you were writing."),
        "unanswered": _(
            "A message of %(time)s is not answered yet. Answer it, or say that it needs no response."
        )
        % {"time": times.short(values.get("since"))},
        "buyer_waits": _(
            "A message of %(time)s is not answered yet, so it is our move. Answer it, or say that it "
            "needs no response."
        )
        % {"time": times.short(values.get("since"))},
        "case_open": _(
            "The marketplace still waits for an answer of ours here. Give it on its page first, "
            "then say so above."
        ),
        "nothing_to_mark": _("There is no unanswered message to mark."),
        "reason_missing": _("Say in a few words why no response is needed."),
        "too_late": _("Too late: the reply has gone on its way."),
        "order_not_found": _(
            "%(channel)s has no order %(number)s here. Check the number, or wait until it is reported."
        )
        % {"channel": values.get("channel", ""), "number": values.get("number", "")},
        "no_such_customer": _("There is no such customer, or you see nothing of theirs."),
        "name_too_long": _("A name has %(limit)s characters at most.")
        % {"limit": values.get("limit", "?")},
        "tag_empty": _("Write a tag first."),
        "tag_too_long": _("A tag has %(limit)s characters at most.")
        % {"limit": values.get("limit", "?")},
        "too_many_tags": _("A ticket has %(limit)s tags at most. Take one off first.")
        % {"limit": values.get("limit", "?")},
        "not_over": _("This ticket is open already."),
        "already_over": _("This ticket is solved already."),
        "no_case": _("There is no open case on this ticket."),
        "same_ticket": _("That is this ticket itself. Name another one."),
        "which_ticket": _("Choose the ticket to merge, or write its number."),
        "no_such_ticket": _("There is no ticket %(number)s here, or you may not see it.")
        % {"number": values.get("number", "?")},
        "other_channel": _(
            "Only tickets of one channel can be merged: each channel has its own limits."
        ),
        "two_buyers": _(
            "These are two different buyers, %(one)s and %(other)s. Say so in the dialog to merge them."
        )
        % {"one": values.get("one", "?"), "other": values.get("other", "?")},
        "already_merged": _("One of the two was merged already."),
        "already_undone": _("That was taken back already."),
        "merged_away": _("This ticket was merged into another one meanwhile. Go on there."),
        "joined_since": _("The messages were merged or split again since. Take that back first."),
        "reply_under_way": _("A reply is still on its way. Try again when it has left."),
        "nothing_to_split": _("Choose some of the messages; at least one has to stay."),
        "promise_too_far": _("That is more than a year away. Choose an earlier moment."),
        "promise_in_past": _("That moment has passed. Choose a later one."),
        "promise_without_time": _("Say by when you will come back to the buyer."),
        "not_copied": _of_portal(values),
        **_of_outreach(values, times),
        "no_promise": _("Nothing promised is open here."),
        **_of_together(values, times),
        "not_allowed_to_answer": _("This person may not answer tickets."),
    }
    return (
        sentences.get(refused.code)
        or list_refusals.sentence(refused.code, values)
        or _("That is not possible here (%(code)s).") % {"code": refused.code}
    )


def _of_portal(values: Mapping[str, Any]) -> str:
    """Ask whether an answer was given: what the operator alone reads stops no clock of the buyer."""
    asked = (
        _("Did you give the operator this answer at %(channel)s? The buyer’s clock runs on.")
        if values.get("to") == "operator"
        else _("Did you give this answer at %(channel)s? Recording it stops the clock.")
    )
    return asked % {"channel": short_name(str(values.get("channel", "")))}


def _of_together(values: Mapping[str, Any], times: Times) -> dict[str, str]:
    """Say what working together refuses."""
    moments = {"limit": values.get("limit_at"), "before": values.get("before")}
    told = {n: times.short(at) for n, at in moments.items() if isinstance(at, datetime)}
    told = {"limit": "?", "before": "?", **told}
    past_limit = (
        _("The limit is %(limit)s. Snooze it until %(before)s at the latest, or answer first.")
        if values.get("before")
        else _("The limit is %(limit)s: too soon to put anything off. Answer first.")
    )
    return {
        "snooze_when": _("Choose until when."),
        "snooze_in_past": _("That moment has passed. Choose a later one."),
        "snooze_too_long": _("A ticket can be snoozed for a year at most."),
        "snooze_past_limit": past_limit % told,
        "not_snoozed": _("This ticket is back already."),
        "skip_reason_missing": _("Say why you leave it to others."),
        "no_such_team": _("This team does not have the ticket's channel."),
    }


def _of_outreach(values: Mapping[str, Any], times: Times) -> dict[str, str]:
    """Say why something was not said on an order of our own accord."""
    at = values.get("at")
    time = times.short(at) if isinstance(at, datetime) else "?"
    told = {"who": values.get("who", "?"), "limit": values.get("limit", "?"), "time": time}
    return {
        "review_asked": _("%(who)s asked for a review already, %(time)s. It can be asked for once.")
        % told,
        "said_meanwhile": _(
            "%(who)s sent the same kind of message meanwhile, %(time)s. Close this and open it again "
            "to send one more."
        )
        % told,
        "form_unknown_kind": _("The marketplace has no such message."),
        "form_text_missing": _("Write the text first."),
        "form_text_too_long": _("Too long: the marketplace takes %(limit)s characters at most.")
        % told,
        "form_text_not_allowed": _(
            "The marketplace takes no HTML and no mail addresses in such a text. Take them out."
        ),
        "form_files_not_allowed": _("Too many files: such a message takes five, or none at all."),
        "form_files_missing": _("Add the file first: such a message has no text."),
        "form_dates_wrong": _("The dates do not fit together. The last day comes after the first."),
    }


def say_refusal(refusal: Refusal) -> str:
    """Say what the core cannot take; a refusal within it is said in the same language."""
    values = {
        name: say_refusal(value) if isinstance(value, Refusal) else value
        for name, value in refusal.values.items()
    }
    said = gettext(refusal.template).format(**values)
    said = said[:1].upper() + said[1:]
    return said if said.endswith((".", "!", "?")) else f"{said}."


HELD = {
    "buyer_wrote_meanwhile": "wrote",
    "colleague_wrote_meanwhile": "wrote",
    "file_missing": "file",
    "file_not_taken": "no_file",
    "not_copied": "there",
}
"""Refusals that a person may overrule after reading, by the name the composer's notice has for them."""
