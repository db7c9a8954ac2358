"""Lines of the audit trail as sentences: who is in a column of its own, this is what they did.

Each action has a function from its data to a sentence. An action without one is shown by its
code, so that nothing is hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from comptoir.storage.models import AuditEntry
from comptoir.web.accounts import (
    alert_sentences,
    channel_sentences,
    labels,
    template_sentences,
    ticket_sentences,
    together_sentences,
)

Data = Mapping[str, Any]


def sentence(entry: AuditEntry, names: Mapping[int, str]) -> str:
    """Say what was done; `names` are everybody's, by number."""
    data: dict[str, Any] = {"names": names} | entry.data
    wording = wordings().get(entry.action)
    return wording(data) if wording else entry.action


@cache
def wordings() -> dict[str, Callable[[Data], str]]:
    """Give the function of each action that has words."""
    return (
        WORDINGS
        | ticket_sentences.WORDINGS
        | template_sentences.WORDINGS
        | together_sentences.WORDINGS
        | channel_sentences.WORDINGS
        | alert_sentences.WORDINGS
    )


def kinds() -> dict[str, str]:
    """Name the kinds of things the trail speaks of."""
    return {
        "ticket": pgettext("audit subject", "Ticket"),
        "order": pgettext("audit subject", "Order"),
        "person": pgettext("audit subject", "Person"),
        "invitation": pgettext("audit subject", "Invitation"),
        "team": pgettext("audit subject", "Team"),
        "channel": pgettext("audit subject", "Channel"),
        "connection": pgettext("audit subject", "Connection"),
        "policy": pgettext("audit subject", "Policy"),
        "template": pgettext("audit subject", "Template"),
        "brand": pgettext("audit subject", "Brand"),
        "api_token": pgettext("audit subject", "API token"),
        "endpoint": pgettext("audit subject", "Endpoint for alerts"),
        "alerts": pgettext("audit subject", "Alerts"),
        "raw_item": pgettext("audit subject", "Mail in quarantine"),
        "merchant": pgettext("audit subject", "Business"),
        "saved_view": pgettext("audit subject", "View"),
        "assignment_rule": pgettext("audit subject", "Assignment rule"),
        "customer": pgettext("audit subject", "Customer"),
    }


def _role_changed(data: Data) -> str:
    return _("Changed the role of %(person)s from %(before)s to %(after)s.") % {
        "person": data["person"],
        "before": labels.role(data["before"]),
        "after": labels.role(data["after"]),
    }


def _teams_changed(data: Data) -> str:
    return _("Changed the teams of %(person)s: %(change)s.") % {
        "person": data["person"],
        "change": _difference(data),
    }


def _members_changed(data: Data) -> str:
    return _("Changed the members of %(team)s: %(change)s.") % {
        "team": data["team"],
        "change": _difference(data),
    }


def _channels_changed(data: Data) -> str:
    return _("Changed the channels of %(team)s: %(change)s.") % {
        "team": data["team"],
        "change": _difference(data),
    }


def _difference(data: Data) -> str:
    before, after = set(data["before"]), set(data["after"])
    signed = [f"+ {name}" for name in sorted(after - before)]
    return ", ".join(signed + [f"− {name}" for name in sorted(before - after)])


def _invited(data: Data) -> str:
    return _("Invited %(email)s as %(role)s.") % {
        "email": data["email"],
        "role": labels.role(data["role"]),
    }


def _accepted(data: Data) -> str:
    return _("Accepted the invitation of %(email)s as %(role)s.") % {
        "email": data["email"],
        "role": labels.role(data["role"]),
    }


def _failed(data: Data) -> str:
    if data["person"]:
        return _("Failed log-in as %(person)s from %(address)s.") % data
    return _("Failed log-in with an unknown address from %(address)s.") % data


def _factor(wording: Callable[[], str]) -> Callable[[Data], str]:
    return lambda data: wording() % {"factor": labels.factor(data["factor"])}


def _profile_changed(data: Data) -> str:
    fields = {
        "name": _("name"),
        "language": _("language"),
        "time_zone": _("time zone"),
        "theme": _("colours"),
        "speaks": _("languages they answer in"),
    }
    changed = ", ".join(fields.get(name, name) for name in data["changed"])
    return _("Changed their own %(fields)s.") % {"fields": changed}


def _token_made(data: Data) -> str:
    if data["is_read_only"]:
        return _("Made the API token %(api_token)s, which may only read.") % data
    return _("Made the API token %(api_token)s, which may read and write.") % data


def _ended(data: Data) -> str:
    return ngettext(
        "Logged out %(count)d other browser.", "Logged out %(count)d other browsers.", data["count"]
    ) % {"count": data["count"]}


WORDINGS: dict[str, Callable[[Data], str]] = {
    "saved_view.make": lambda data: _("Shared the view “%(name)s”.") % data,
    "saved_view.change": lambda data: _("Changed the shared view “%(name)s”.") % data,
    "saved_view.delete": lambda data: _("Dropped the shared view “%(name)s”.") % data,
    "merchant.set_up": lambda data: _("Set up this desk for %(name)s.") % data,
    "invitation.create": _invited,
    "invitation.renew": lambda data: _("Made a new link for the invitation of %(email)s.") % data,
    "invitation.withdraw": lambda data: _("Withdrew the invitation of %(email)s.") % data,
    "invitation.accept": _accepted,
    "person.change_role": _role_changed,
    "person.change_teams": _teams_changed,
    "person.change_email": lambda data: (
        _("Changed the address of %(person)s from %(before)s to %(after)s.") % data
    ),
    "person.deactivate": lambda data: _("Deactivated %(person)s.") % data,
    "person.reactivate": lambda data: _("Reactivated %(person)s.") % data,
    "person.make_password_link": lambda data: _("Made a password link for %(person)s.") % data,
    "person.choose_password": lambda data: _("Chose a new password by a link."),
    "person.change_password": lambda data: _("Changed their own password."),
    "person.change_profile": _profile_changed,
    "person.remove_second_factor": lambda data: _("Removed the second step of %(person)s.") % data,
    "person.add_factor": _factor(lambda: _("Added a second step: %(factor)s.")),
    "person.remove_factor": _factor(lambda: _("Removed a second step: %(factor)s.")),
    "person.reset_factor": _factor(lambda: _("Made new ones: %(factor)s.")),
    "session.log_in": lambda data: _("Logged in from %(address)s.") % data,
    "session.log_out": lambda data: _("Logged out."),
    "session.log_in_failed": _failed,
    "session.second_factor_failed": lambda data: (
        _("Failed second step after the right password, from %(address)s.") % data
    ),
    "session.end_others": _ended,
    "team.create": lambda data: _("Made the team %(team)s.") % data,
    "team.rename": lambda data: _("Renamed the team %(before)s to %(after)s.") % data,
    "team.change_members": _members_changed,
    "team.change_channels": _channels_changed,
    "team.remove": lambda data: _("Removed the team %(team)s.") % data,
    "api_token.make": _token_made,
    "api_token.revoke": lambda data: _("Revoked the API token %(api_token)s.") % data,
}
