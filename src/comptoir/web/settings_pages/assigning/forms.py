"""A rule of assignment as fields, and in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from comptoir.merchant.actions.assigning import Wanted
from comptoir.merchant.models import AssignmentRule, Person, Role, Team
from comptoir.storage.sorting import by_name

How = AssignmentRule.How
HOWS = [
    (How.TURNS.value, pgettext_lazy("assignment", "In turn to the people of a team")),
    (
        How.LEAST.value,
        pgettext_lazy("assignment", "To whoever in a team has the fewest open tickets"),
    ),
    (How.TEAM.value, pgettext_lazy("assignment", "To a team: its people get it through Next")),
    (How.PERSON.value, pgettext_lazy("assignment", "To one person")),
]


class RuleForm(forms.Form):
    """What a rule is called, and whom it gives tickets to."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    how = forms.ChoiceField(
        label=gettext_lazy("Who gets them"), choices=HOWS, widget=forms.RadioSelect
    )
    team = forms.TypedChoiceField(
        label=gettext_lazy("Team"), required=False, coerce=int, empty_value=None
    )
    person = forms.TypedChoiceField(
        label=gettext_lazy("Person"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        people = Person.objects.filter(is_active=True).exclude(role=Role.READER)
        self._choose("team", by_name(dict(Team.objects.values_list("pk", "name"))).items())
        self._choose("person", by_name(dict(people.values_list("pk", "name"))).items())

    def wanted(self, conditions: dict[str, Any]) -> Wanted:
        """Give the rule as it is wanted."""
        given = self.cleaned_data
        return Wanted(given["name"], given["how"], conditions, given["person"], given["team"])

    def _choose(self, name: str, rows: Iterable[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", "–"), *((str(pk), label) for pk, label in rows)]


def initial_of(rule: AssignmentRule | None) -> dict[str, Any]:
    """Give what the fields of a rule begin with."""
    if rule is None:
        return {"how": How.TURNS.value}
    return {"name": rule.name, "how": rule.how, "team": rule.team_id, "person": rule.person_id}


def whom(rule: AssignmentRule) -> str:
    """Say whom a rule gives tickets to."""
    team = rule.team.name if rule.team else "?"
    return {
        How.PERSON: _("to %(name)s") % {"name": rule.person.name if rule.person else "?"},
        How.TURNS: _("by turns in the team %(team)s") % {"team": team},
        How.LEAST: _("to whoever in the team %(team)s has the fewest") % {"team": team},
        How.TEAM: _("to the team %(team)s") % {"team": team},
    }[How(rule.how)]
