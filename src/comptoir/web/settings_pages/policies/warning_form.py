"""The warnings of a policy as rows: a share of the time or time before, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.core.clocks.warning import DEFAULTS
from comptoir.core.clocks.warning_specs import ALWAYS_THERE, EMAIL, ENDPOINT, Of, WarningRule
from comptoir.web.settings_pages.policies import warnings
from comptoir.web.settings_pages.policies.warnings import Endpoints

ROWS_MAX = 12
MINUTES = {"minutes": 1, "hours": 60}


class WarningForm(forms.Form):
    """One warning; a row without an amount is none."""

    def __init__(self, *args: Any, endpoints: Endpoints, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["amount"] = forms.FloatField(
            label=_("When"),
            required=False,
            min_value=0,
            max_value=100_000,
            widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        )
        self.fields["unit"] = forms.ChoiceField(
            label=_("Unit"),
            choices=[
                ("percent", pgettext("warning", "% of the time is gone")),
                ("minutes", pgettext("warning", "minutes before")),
                ("hours", pgettext("warning", "hours before")),
            ],
        )
        self.fields["of"] = forms.ChoiceField(
            label=pgettext("warning", "Of"),
            choices=[
                (Of.DEADLINE.value, pgettext("warning", "limit, else target")),
                (Of.LIMIT.value, pgettext("warning", "limit")),
                (Of.TARGET.value, pgettext("warning", "target")),
            ],
        )
        ways = [(name, words[:1].upper() + words[1:]) for name, words in warnings.people().items()]
        ways += [(f"{ENDPOINT}{pk}", name) for pk, name in endpoints.items()]
        self.fields["to"] = forms.MultipleChoiceField(
            label=_("Goes to"),
            choices=ways,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["emails"] = forms.CharField(
            label=_("and by e-mail to"), required=False, max_length=1000
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a warning that goes to nobody, and shares above 100 %."""
        cleaned = super().clean() or {}
        if cleaned.get("amount") is None:
            return cleaned
        for address in _addresses(cleaned.get("emails", "")):
            try:
                validate_email(address)
            except ValidationError:
                text = _("%(address)s is no e-mail address.") % {"address": address}
                self.add_error("emails", text)
        if not cleaned.get("to") and not _addresses(cleaned.get("emails", "")):
            self.add_error("to", _("Choose who hears of it."))
        if cleaned.get("unit") == "percent" and not 1 <= cleaned["amount"] <= 100:
            self.add_error("amount", _("A share lies between 1 and 100 %."))
        if cleaned.get("unit") != "percent" and not cleaned["amount"]:
            self.add_error("amount", _("Write how long before."))
        return cleaned

    def rule(self) -> dict[str, Any] | None:
        """Give the warning as it is stored; None for an empty row."""
        given = self.cleaned_data
        amount = given.get("amount")
        if amount is None:
            return None
        to = [*given["to"], *(f"{EMAIL}{one}" for one in _addresses(given["emails"]))]
        made: dict[str, Any] = {"of": given["of"], "to": to}
        if given["unit"] == "percent":
            return {**made, "share": _plain(amount)}
        return {**made, "before_minutes": _plain(amount * MINUTES[given["unit"]])}


def initials_of(stored: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """Give what the rows begin with: the stored warnings, or the usual ones."""
    if stored is None:
        return [_of_rule(rule) for rule in DEFAULTS]
    return [_initial(one) for one in stored if one.get("of", "limit") not in ALWAYS_THERE]


def kept_beside(stored: Sequence[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """Give the stored warnings that the rows do not show: who hears of the moments always there."""
    return [one for one in stored or () if one.get("of", "limit") in ALWAYS_THERE]


def row_numbers(data: Mapping[str, Any]) -> list[int]:
    """Give the numbers of the rows that a form sent, in order."""
    found = {name.split("-")[0].removeprefix("w") for name in data if name.startswith("w")}
    numbers = sorted(int(one) for one in found if one.isascii() and one.isdigit() and len(one) < 4)
    return numbers[:ROWS_MAX]


def _of_rule(rule: WarningRule) -> dict[str, Any]:
    spec: dict[str, Any] = {"of": rule.of.value, "to": list(rule.to)}
    if rule.before is not None:
        return _initial({**spec, "before_minutes": rule.before.total_seconds() / 60})
    return _initial({**spec, "share": rule.share})


def _initial(one: Mapping[str, Any]) -> dict[str, Any]:
    before = one.get("before_minutes")
    if before is None:
        amount, unit = one.get("share", 75), "percent"
    else:
        amount, unit = (before, "minutes") if before % 60 else (before / 60, "hours")
    to: Iterable[str] = one.get("to", ())
    return {
        "amount": _plain(float(amount)),
        "unit": unit,
        "of": one.get("of", Of.LIMIT.value),
        "to": [name for name in to if not name.startswith(EMAIL)],
        "emails": ", ".join(n.removeprefix(EMAIL) for n in to if n.startswith(EMAIL)),
    }


def _addresses(text: str) -> list[str]:
    return [one.strip() for one in text.replace(";", ",").split(",") if one.strip()]


def _plain(number: float) -> float | int:
    return int(number) if float(number).is_integer() else number
