"""Why the merchant's verbs refused, in words: what happened, and what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from comptoir.merchant.actions.errors import Refused


def explain(refused: Refused) -> str:
    """Put a refusal into words; a code without words of its own names itself."""
    words = {
        "already_set_up": _("This desk is set up already. Log in instead."),
        "name_missing": _("Enter a name."),
        "email_known": _("Somebody here has this address already."),
        "time_zone_unknown": _("Choose a time zone from the list."),
        "last_administrator": _(
            "This is the only administrator. Make somebody else an administrator first."
        ),
        "yourself": _("You cannot deactivate yourself. Ask another administrator."),
        "inactive": _("This person is deactivated. Reactivate them first."),
        "name_taken": _("Another team has this name."),
        "team_has_members": _("This team has members. Take them out first."),
        "person_unknown": _("This person does not exist."),
        "rule_person_missing": _("Choose the person who gets these tickets."),
        "rule_team_missing": _("Choose the team that gets these tickets."),
        "rule_unknown": _("This rule does not exist any more."),
        "absence_ends_before": _("The last day is before the first one."),
        "stand_in_oneself": _("Choose somebody else to stand in."),
        "absence_unknown": _("This absence was removed already."),
        "team_unknown": _("This team does not exist any more."),
        "token_unknown": _("This token does not exist."),
        "token_revoked": _("This token is revoked already."),
        "invitation_unknown": _("This invitation was used or withdrawn already."),
    }
    return words.get(refused.code, refused.code)
