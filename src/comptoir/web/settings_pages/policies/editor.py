"""The editor of a policy: all its fields together, what they ask for, and what was wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from hashlib import sha256
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comptoir.core.clocks.policies import Kind
from comptoir.core.refusals import Refusal
from comptoir.sla.actions.policies import NAME_CHARS_MAX, REASON_CHARS_MAX, Wanted, latest
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.sla.versions import CALENDARS, INHERITS, OFFICE, STAFFED, WARNINGS
from comptoir.web.settings_pages import choices, policy_words
from comptoir.web.settings_pages.policies import condition_form, hours, rule_form, warning_form
from comptoir.web.settings_pages.policies.condition_form import ConditionForm
from comptoir.web.settings_pages.policies.describing import Words
from comptoir.web.settings_pages.policies.refusing import place_refusal
from comptoir.web.settings_pages.policies.rule_form import RuleForm
from comptoir.web.settings_pages.policies.warning_form import WarningForm

EDITED = (Kind.FIRST_REPLY, Kind.NEXT_REPLY, Kind.RESOLUTION, Kind.RETURN_DECISION, Kind.CASE)
"""The kinds of clocks with a rule; a promise has its date itself."""
REPLIES = (Kind.FIRST_REPLY, Kind.NEXT_REPLY)
BLANK_ROWS = 1
MEASURING = ("measured", "auto_reply_counts", "mark_needs_confirmation")


class Basics(forms.Form):
    """What a policy is called, and what goes with the next version of it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_CHARS_MAX)
    inherits = forms.BooleanField(
        label=gettext_lazy("Take the limits from the channel"),
        help_text=gettext_lazy("What is left empty below is then as on the channel itself."),
        required=False,
    )
    is_confirmed = forms.BooleanField(
        label=gettext_lazy("The limits for replies are confirmed"),
        help_text=gettext_lazy("Tick it when you know them from the marketplace; say where from "
                               "as the reason. Assumed limits are left out of the figures about "
                               "missed limits."),
        required=False,
    )  # fmt: skip
    next_as_first = forms.BooleanField(label=gettext_lazy("As for the first reply"), required=False)
    usual_warnings = forms.BooleanField(label=gettext_lazy("The usual warnings"), required=False)
    staffed = forms.ChoiceField(
        label=gettext_lazy("Hours of the team"),
        help_text=gettext_lazy("When somebody is there. Warnings before the last shift that can "
                               "still answer go by them."),
    )  # fmt: skip
    starts = forms.ChoiceField(
        label=gettext_lazy("It applies"),
        choices=[("now", gettext_lazy("now")), ("later", gettext_lazy("later:"))],
        widget=forms.RadioSelect,
        initial="now",
    )
    starts_on = forms.DateField(
        label=gettext_lazy("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    starts_at = forms.TimeField(
        label=gettext_lazy("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is kept with the version, for whoever asks later."),
        required=False,
        max_length=REASON_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the day where the change begins later."""
        cleaned = super().clean() or {}
        if cleaned.get("starts") == "later" and cleaned.get("starts_on") is None:
            self.add_error("starts_on", _("Write the day on which it begins."))
        return cleaned


@dataclass
class Editor:
    """All fields of a policy; `policy` is None for a new one."""

    policy: Policy | None
    before: PolicyVersion | None
    words: Words
    now: datetime
    data: QueryDict | None = None

    @classmethod
    def open(
        cls, policy: Policy | None, words: Words, *, now: datetime, data: QueryDict | None = None
    ) -> Editor:
        """Open the editor on the last version made, or on a policy still to be made."""
        return cls(policy, latest(policy) if policy else None, words, now, data)

    @property
    def is_own(self) -> bool:
        """Tell whether this is one of the merchant's own, with conditions."""
        return self.policy is None or not (self.policy.channel_id or self.policy.is_default)

    @property
    def spec(self) -> Mapping[str, Any]:
        """Give what the last version says; a new policy takes the limits of the channel."""
        return self.before.spec if self.before else {INHERITS: True}

    @property
    def is_sure(self) -> bool:
        """Tell whether the rulebook itself is sure of the limits for replies."""
        if self.before is None or not (self.policy and self.policy.channel_id):
            return False
        return self.before.confidence in ("high", "medium") and any(
            policy_words.has_limit(self.spec.get(kind) or {}) for kind in REPLIES
        )

    @cached_property
    def basics(self) -> Basics:
        """Give the fields that are not about one kind of clock."""
        first, following = (self.spec.get(kind) or {} for kind in REPLIES)
        form = Basics(
            self.data,
            initial={
                "name": self.policy.name if self.policy else "",
                "inherits": bool(self.spec.get(INHERITS)),
                "is_confirmed": bool(self.before and self.before.limit_is_confirmed),
                "next_as_first": first == following,
                "usual_warnings": self.spec.get(WARNINGS) is None,
                "staffed": self.spec.get(STAFFED) or OFFICE,
                "starts": "now",
                "starts_at": "00:00",
            },
        )
        form.fields["staffed"].choices = hours.choices(self.words.hours)  # type: ignore[attr-defined]
        if self.is_sure:
            form.fields["is_confirmed"].disabled = True
        if not self.is_own:
            del form.fields["inherits"]
        return form

    @cached_property
    def rules(self) -> dict[Kind, RuleForm]:
        """Give the fields of each kind of clock."""
        calendars = hours.choices(self.words.hours)
        return {
            kind: RuleForm(
                self.data,
                kind=kind,
                calendars=calendars,
                before=self.spec.get(kind) or {},
                locked=self._locked(kind),
                initial=rule_form.initial_of(self.spec.get(kind) or {}),
            )
            for kind in EDITED
        }

    @cached_property
    def conditions(self) -> ConditionForm | None:
        """Give the fields of the conditions; None where there can be none."""
        if not self.is_own:
            return None
        kept = self.before.conditions if self.before else {}
        initial = condition_form.initial_of(kept)
        return ConditionForm(self.data, known=self.words.known, kept=kept, initial=initial)

    @cached_property
    def warnings(self) -> list[WarningForm]:
        """Give the rows of warnings, with an empty one to fill."""
        if self.data is not None:
            numbers = warning_form.row_numbers(self.data)
            return [self._warning(number, data=self.data) for number in numbers]
        initials = warning_form.initials_of(self.spec.get(WARNINGS))
        count = len(initials) + BLANK_ROWS
        return [
            self._warning(number, initial=initials[number] if number < len(initials) else None)
            for number in range(count)
        ]

    @property
    def new_warning(self) -> WarningForm:
        """Give a row that scripts copy."""
        return WarningForm(prefix="wNEW", endpoints=self.words.endpoints)

    @property
    def forms(self) -> list[forms.Form]:
        """Give all forms that must be right."""
        found: list[forms.Form] = [self.basics, *self._asked_rules()]
        if self.conditions is not None:
            found.append(self.conditions)
        if not self._is_ticked("usual_warnings"):
            found += self.warnings
        return found

    def is_valid(self) -> bool:
        """Tell whether all that was typed can be read; every form says what is wrong in it."""
        return not [form for form in self.forms if not form.is_valid()]

    def wanted(self) -> Wanted:
        """Give what is asked for, after `is_valid`."""
        given = self.basics.cleaned_data
        return Wanted(
            name=given["name"],
            spec=self._spec(),
            conditions=self.conditions.conditions() if self.conditions else {},
            is_confirmed=None if self.is_sure else given["is_confirmed"],
            reason=given["reason"],
        )

    def holds_from(self) -> datetime:
        """Tell when it begins, after `is_valid`; the day is one of the merchant's zone."""
        given = self.basics.cleaned_data
        if given["starts"] == "now":
            return self.now
        at = given["starts_at"] or time()
        return datetime.combine(given["starts_on"], at, choices.merchant_zone())

    def fingerprint(self) -> str:
        """Give what tells whether the same is asked for as when it was previewed."""
        wanted = self.wanted()
        begins = self.basics.cleaned_data["starts"], self.basics.cleaned_data["starts_on"]
        number = self.before.number if self.before else 0  # somebody else may have edited it
        seen = [wanted.name, wanted.spec, wanted.conditions, wanted.is_confirmed, begins, number]
        return sha256(json.dumps(seen, sort_keys=True, default=str).encode()).hexdigest()[:16]

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal beside the field that it is about."""
        place_refusal(refusal, self.basics, self.rules, self.conditions, self.words)

    @property
    def fixed(self) -> list[str]:
        """Say what a channel's policy holds besides, which nobody edits: how it is measured."""
        if self.policy is None or self.policy.channel_id is None:
            return []
        said = policy_words.described(self.spec, self.words.hours)
        return [said[name] for name in MEASURING if name in said]

    @property
    def sources(self) -> tuple[policy_words.Source, ...]:
        """Give where the limits were read."""
        return policy_words.of_version(self.before).sources if self.before else ()

    @property
    def sure_words(self) -> str:
        """Say why a confirmed limit cannot be made longer."""
        return _("The marketplace's own: it can be made shorter, not longer.")

    def _spec(self) -> dict[str, Any]:
        given = self.basics.cleaned_data
        made: dict[str, Any] = {
            name: value for name, value in self.spec.items() if name not in (*EDITED, WARNINGS)
        }
        made[CALENDARS] = dict(self.spec.get(CALENDARS) or {})
        made[STAFFED] = given["staffed"]
        if self.is_own:
            made[INHERITS] = given["inherits"]
        for kind in EDITED:
            form = self.rules[Kind.FIRST_REPLY if self._follows_first(kind) else kind]
            if rule := form.rule():
                made[kind.value] = rule
        if not given["usual_warnings"]:
            rows = [row for form in self.warnings if (row := form.rule()) is not None]
            made[WARNINGS] = [*rows, *warning_form.kept_beside(self.spec.get(WARNINGS))]
        return made

    def _asked_rules(self) -> list[RuleForm]:
        return [form for kind, form in self.rules.items() if not self._follows_first(kind)]

    def _follows_first(self, kind: Kind) -> bool:
        return kind is Kind.NEXT_REPLY and self._is_ticked("next_as_first")

    def _is_ticked(self, name: str) -> bool:
        return bool(self.basics[name].value())

    def _locked(self, kind: Kind) -> Mapping[str, Any] | None:
        """Give the rule whose limit is the marketplace's own and confirmed."""
        rule = self.spec.get(kind) or {}
        if self.policy is None or self.policy.channel_id is None:
            return None
        is_sure = self.is_sure if kind in REPLIES else True
        if is_sure and policy_words.has_limit(rule) and rule.get("limit_confirmed", True):
            return dict(rule)
        return None

    def _warning(self, number: int, **named: Any) -> WarningForm:
        return WarningForm(prefix=f"w{number}", endpoints=self.words.endpoints, **named)
