"""Target and limit of one kind of clock as fields: an amount, its unit, and the hours it counts on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from comptoir.core.calendars.spec import WEEKDAYS
from comptoir.core.clocks.policies import ALWAYS_NAME, Kind, Model
from comptoir.core.clocks.policy_specs import PARTS, SIDES

Rule = Mapping[str, Any]

AMOUNT_MAX = 100_000
UNITS = (
    ("minutes", pgettext_lazy("unit", "minutes")),
    ("hours", pgettext_lazy("unit", "hours")),
    ("days", pgettext_lazy("unit", "working days")),
)
MODELS = (
    (Model.HOURS.value, gettext_lazy("Time inside these hours")),
    (Model.WORKING_DAY_HOURS.value, gettext_lazy("Day and night, on days on which they open")),
    (Model.WINDOW_HOURS.value, gettext_lazy("Inside a daily window, on days on which they open")),
    (Model.MEAN.value, gettext_lazy("On average: the marketplace judges a mean")),
    (Model.SEND_WINDOW.value, gettext_lazy("Since the latest message; then no reply is possible")),
    (
        Model.FIXED_HOUR_AFTER_WEEKEND.value,
        gettext_lazy("Always; what comes at the weekend, at an hour on Monday"),
    ),
)
GIVEN = (Model.GIVEN.value, gettext_lazy("On the day that the marketplace names"))
RUNNING = (Model.HOURS, Model.WORKING_DAY_HOURS, Model.WINDOW_HOURS)
DEFAULT_WINDOW = ("09:00", "17:00")
DEFAULT_HOUR = "12:00"
PAUSES = (
    ("waiting_on_buyer", gettext_lazy("while waiting on the buyer")),
    ("waiting_on_marketplace", gettext_lazy("while waiting on the marketplace")),
)


class RuleForm(forms.Form):
    """One kind of clock. `locked` is the rule whose limit is the marketplace's own and confirmed:
    only its amount can then be changed, and only to less."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        kind: Kind,
        calendars: Sequence[tuple[str, str]],
        before: Rule,
        locked: Rule | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix=kind.value, initial=initial)
        self.kind, self.before, self.locked = kind, before, locked
        for side in SIDES:
            self._add_side(side, calendars)
        self.fields["from_seen"] = forms.BooleanField(
            label=_("The target counts from when the policy began to apply, not from the message"),
            help_text=_("For risks: the minutes begin when the risk was seen."),
            required=False,
        )
        if kind is Kind.RESOLUTION:
            self.fields["pauses"] = forms.MultipleChoiceField(
                label=_("The target pauses"),
                choices=PAUSES,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        if locked is not None:
            for part in ("unit", "calendar", "model", "start", "end", "days", "hour"):
                self.fields[f"limit_{part}"].disabled = True

    def _add_side(self, side: str, calendars: Sequence[tuple[str, str]]) -> None:
        self.fields[f"{side}_amount"] = forms.FloatField(
            label=pgettext("clock", "Target") if side == "target" else pgettext("clock", "Limit"),
            required=False,
            min_value=0,
            max_value=AMOUNT_MAX,
            widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        )
        self.fields[f"{side}_unit"] = forms.ChoiceField(label=_("Unit"), choices=UNITS)
        self.fields[f"{side}_calendar"] = forms.ChoiceField(
            label=_("Counted on"), choices=calendars
        )
        models = MODELS if side == "target" else (*MODELS, GIVEN)
        self.fields[f"{side}_model"] = forms.ChoiceField(label=_("How it counts"), choices=models)
        for part, label in (("start", _("Window from")), ("end", _("until"))):
            self.fields[f"{side}_{part}"] = forms.TimeField(
                label=label,
                required=False,
                widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            )
        self.fields[f"{side}_hour"] = forms.TimeField(
            label=_("On Monday at"),
            required=False,
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        )
        self.fields[f"{side}_days"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse half of a window, and days that are no whole ones."""
        cleaned = super().clean() or {}
        for side in SIDES:
            if cleaned.get(f"{side}_model") == Model.WINDOW_HOURS:
                for part in ("start", "end"):
                    if cleaned.get(f"{side}_{part}") is None:
                        self.add_error(
                            f"{side}_{part}", _("Write when the window begins and ends.")
                        )
            amount = cleaned.get(f"{side}_amount")
            if amount is not None and cleaned.get(f"{side}_unit") == "days" and amount % 1:
                self.add_error(f"{side}_amount", _("Write whole working days."))
        return cleaned

    def sides(self) -> Iterator[tuple[str, dict[str, BoundField]]]:
        """Give the fields of target and limit, for the page."""
        parts = ("amount", "unit", "calendar", "model", "start", "end", "hour", "days")
        for side in SIDES:
            yield side, {part: self[f"{side}_{part}"] for part in parts}

    def shows_more(self, side: str) -> bool:
        """Tell whether the ways of counting must be seen: another than usual, or an error."""
        names = [f"{side}_{part}" for part in ("model", "start", "end", "hour")]
        if any(name in self.errors for name in names):
            return True
        return str(self[f"{side}_model"].value() or Model.HOURS) != Model.HOURS

    def says_something(self) -> bool:
        """Tell whether anything is promised or wrong here."""
        amounts = [self[f"{side}_amount"].value() for side in SIDES]
        is_given = self["limit_model"].value() == Model.GIVEN
        return is_given or bool(self.errors) or any(a not in (None, "") for a in amounts)

    def rule(self) -> dict[str, Any]:
        """Give the rule as it is stored; empty where nothing is promised."""
        given = self.cleaned_data
        made: dict[str, Any] = {}
        for side in SIDES:
            made |= _side(given, side)
        if given["from_seen"] and _promises(made, "target"):
            made["target_from"] = "policy_applied"
        if given.get("pauses"):
            made["pauses"] = list(given["pauses"])
        if _promises(made, "limit") and self.before.get("limit_confirmed") is not None:
            made["limit_confirmed"] = self.before["limit_confirmed"]
        return made


def initial_of(rule: Rule) -> dict[str, Any]:
    """Give what the fields of a stored rule begin with."""
    found: dict[str, Any] = {
        "from_seen": rule.get("target_from") == "policy_applied",
        "pauses": list(rule.get("pauses", ())),
    }
    for side in SIDES:
        parts = {
            part: rule.get(f"{side}_{part}", rule.get(part) if part in ("window", "hour") else None)
            for part in PARTS
        }
        amount, unit = _amount(parts["minutes"], parts["days"])
        start, end, days = _window(parts["window"])
        hour = parts["hour"]
        model = str(parts["model"] or Model.HOURS)
        found |= {
            f"{side}_amount": amount,
            f"{side}_unit": unit,
            f"{side}_calendar": parts["calendar"] or ALWAYS_NAME,
            f"{side}_model": Model.HOURS.value if model == Model.WHOLE_BUSINESS_DAYS else model,
            f"{side}_start": start,
            f"{side}_end": end,
            f"{side}_days": days,
            f"{side}_hour": f"{hour:02}:00" if isinstance(hour, int) else hour or DEFAULT_HOUR,
        }
    return found


def _amount(minutes: float | None, days: int | None) -> tuple[float | None, str]:
    if days is not None:
        return days, "days"
    if minutes is None:
        return None, "hours"
    amount, unit = (minutes, "minutes") if minutes % 60 else (minutes / 60, "hours")
    return (int(amount) if float(amount).is_integer() else amount), unit


def _window(window: Any) -> tuple[str, str, str]:
    if isinstance(window, Mapping):
        return window["start"], window["end"], ",".join(window.get("days", ()))
    if window:
        return window[0], window[1], ""
    return (*DEFAULT_WINDOW, "")


def _side(given: Mapping[str, Any], side: str) -> dict[str, Any]:
    """Write one side; empty where it promises nothing."""
    amount: float | None = given.get(f"{side}_amount")
    unit = given[f"{side}_unit"]
    model, calendar = Model(given[f"{side}_model"]), given[f"{side}_calendar"]
    if amount is None and model is not Model.GIVEN:
        return {}
    made: dict[str, Any] = {f"{side}_calendar": calendar}
    if amount is not None and unit == "days" and model is not Model.GIVEN:
        days = {f"{side}_days": int(amount), f"{side}_model": Model.WHOLE_BUSINESS_DAYS.value}
        return made | days
    if amount is not None:
        minutes = amount * {"minutes": 1, "hours": 60, "days": 1440}[unit]
        made[f"{side}_minutes"] = int(minutes) if float(minutes).is_integer() else minutes
    if model is not Model.HOURS:
        made[f"{side}_model"] = model.value
    if model is Model.WINDOW_HOURS:
        made[f"{side}_window"] = _written_window(given, side)
    if model is Model.FIXED_HOUR_AFTER_WEEKEND:
        made[f"{side}_hour"] = f"{given[f'{side}_hour'] or DEFAULT_HOUR:%H:%M}"
    return made


def _written_window(given: Mapping[str, Any], side: str) -> dict[str, Any]:
    window: dict[str, Any] = {part: f"{given[f'{side}_{part}']:%H:%M}" for part in ("start", "end")}
    days = [day for day in given[f"{side}_days"].split(",") if day in WEEKDAYS]
    return window | ({"days": days} if days else {})


def _promises(rule: Rule, side: str) -> bool:
    return any(rule.get(f"{side}_{part}") is not None for part in ("minutes", "days", "model"))
