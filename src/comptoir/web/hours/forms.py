"""What is typed about a calendar, and the hours it means."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from comptoir.core.calendars.spec import WEEKDAYS
from comptoir.core.refusals import Refusal
from comptoir.merchant.actions.calendars import ABOUT_CHARS_MAX, TITLE_CHARS_MAX
from comptoir.merchant.hours import Pairs, SpecialDay, SpecialKind
from comptoir.web.accounts import zones
from comptoir.web.hours import words, writing
from comptoir.web.present.refusals import say_refusal

NOW, FROM = "now", "from"


class HoursField(forms.CharField):
    """A line of intervals."""

    def __init__(self, **named: Any) -> None:
        named.setdefault("required", False)
        super().__init__(max_length=writing.LINE_CHARS_MAX, **named)
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def to_python(self, value: Any) -> Pairs:  # type: ignore[override]  # a list, not a text
        """Read the line."""
        try:
            return writing.read_line(str(value or ""))
        except Refusal as refusal:
            raise ValidationError(say_refusal(refusal)) from None

    def run_validators(self, value: Any) -> None:
        """Leave out what only texts can be asked."""

    def prepare_value(self, value: Any) -> Any:
        """Write stored hours; what was typed stays as it was typed."""
        return writing.write_line(value) if isinstance(value, list) else value


class DateInput(forms.DateInput):
    """The browser's own picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CalendarForm(forms.Form):
    """All of a calendar but its dates."""

    title = forms.CharField(label=_("Name"), required=False, max_length=TITLE_CHARS_MAX)
    about = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=ABOUT_CHARS_MAX,
        widget=forms.TextInput(),
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
    )
    mon = HoursField()
    tue = HoursField()
    wed = HoursField()
    thu = HoursField()
    fri = HoursField()
    sat = HoursField()
    sun = HoursField()
    country = forms.ChoiceField(label=_("Country"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    begins = forms.ChoiceField(
        label=_("Holds"),
        choices=[(NOW, _("from now on")), (FROM, _("from a date on"))],
        initial=NOW,
        widget=forms.RadioSelect,
    )
    begins_on = forms.DateField(
        label=_("Date"), required=False, widget=DateInput(), help_text=_("From midnight on.")
    )

    def __init__(self, *args: Any, must_be_named: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["title"].required = must_be_named
        for day in WEEKDAYS:
            self.fields[day].label = words.weekday(day)
        countries = [("", _("no public holidays")), *words.countries()]
        self.fields["country"].choices = countries  # type: ignore[attr-defined]
        country = str(self["country"].value() or "")
        regions = [("", _("the whole country")), *words.regions(country)]
        self.fields["region"].choices = regions  # type: ignore[attr-defined]

    def clean_time_zone(self) -> str:
        """Find the zone by its name or its city."""
        typed = self.cleaned_data["time_zone"]
        if (found := zones.find(typed)) is None:
            raise ValidationError(
                gettext("There is no such time zone. Choose one of the list, such as Europe/Paris.")
            )
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for the date where it is needed; refuse a night that runs into the next day."""
        cleaned = super().clean() or {}
        for i, day in enumerate(WEEKDAYS):
            before = WEEKDAYS[i - 1]
            if writing.runs_into(cleaned.get(before) or [], cleaned.get(day) or []):
                text = gettext("The night of %(day)s runs into these hours; join them or move one.")
                self.add_error(day, text % {"day": words.weekday(before)})
        has_date = cleaned.get("begins_on") or "begins_on" in self.errors
        if cleaned.get("begins") == FROM and not has_date:
            self.add_error("begins_on", gettext("Say from which date on."))
        return cleaned

    def weekly(self) -> dict[str, Pairs]:
        """Give the weekly hours; a line that cannot be read has none."""
        return {day: self.cleaned_data.get(day) or [] for day in WEEKDAYS}

    def holds_from(self, now: datetime) -> datetime:
        """Give the moment from which on the hours hold."""
        day: date | None = self.cleaned_data.get("begins_on")
        if self.cleaned_data.get("begins") != FROM or day is None:
            return now
        zone = ZoneInfo(self.cleaned_data.get("time_zone") or "UTC")
        return datetime.combine(day, time(), zone)


class DayForm(forms.Form):
    """A date that differs from its weekday; a line without a date is left out."""

    day = forms.DateField(label=_("Date"), required=False, widget=DateInput())
    kind = forms.ChoiceField(
        label=_("What holds"),
        choices=[
            (SpecialKind.CLOSED.value, pgettext_lazy("a date", "closed all day")),
            (SpecialKind.HOURS.value, pgettext_lazy("a date", "open at these hours")),
            (SpecialKind.CUT.value, pgettext_lazy("a date", "closed at these hours")),
        ],
    )
    pairs = HoursField(label=_("Hours"))
    name = forms.CharField(label=_("Occasion"), required=False, max_length=80)

    def clean(self) -> dict[str, Any]:
        """Ask for what the kind needs."""
        cleaned = super().clean() or {}
        is_closed = cleaned.get("kind") == SpecialKind.CLOSED
        if not cleaned.get("day"):
            if not self.errors and (cleaned.get("pairs") or cleaned.get("name")):
                self.add_error("day", gettext("Say which date it is about."))
        elif not is_closed and not cleaned.get("pairs") and "pairs" not in self.errors:
            self.add_error("pairs", gettext("Say which hours, such as 09:00–12:00."))
        return cleaned

    def special_day(self) -> SpecialDay | None:
        """Give the day, None for an empty line."""
        cleaned = self.cleaned_data
        if not cleaned.get("day"):
            return None
        kind = SpecialKind(cleaned["kind"])
        pairs = [] if kind is SpecialKind.CLOSED else cleaned.get("pairs") or []
        return SpecialDay(cleaned["day"].isoformat(), kind, pairs, cleaned.get("name", "").strip())


def refuse_twice(forms_of_days: Iterable[DayForm]) -> None:
    """Refuse a date that is written twice, unless one line opens and the other closes a part."""
    seen: dict[tuple[date, bool], DayForm] = {}
    for form in forms_of_days:
        day, kind = form.cleaned_data.get("day"), form.cleaned_data.get("kind")
        if day is None:
            continue
        key = (day, kind == SpecialKind.CUT)
        if key in seen:
            form.add_error("day", gettext("This date stands above already."))
        seen[key] = form
