"""When somebody works, and when they are away, as fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comptoir.core.calendars.spec import WEEKDAYS
from comptoir.merchant.actions.duty import CAPACITY_MAX
from comptoir.merchant.hours import Pairs
from comptoir.merchant.models import Person, Role
from comptoir.storage.sorting import in_order
from comptoir.web.hours import words, writing
from comptoir.web.hours.forms import HoursField


class DateInput(forms.DateInput):
    """The browser's own field for a date."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "input"})


class WorkingHours(forms.Form):
    """Weekly hours of one's own; all empty means the desk's."""

    capacity = forms.IntegerField(
        label=_("Open tickets at most"),
        help_text=_("Rules stop giving tickets at this number. Empty: no maximum."),
        required=False,
        min_value=0,
        max_value=CAPACITY_MAX,
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for day in WEEKDAYS:
            self.fields[day] = HoursField(label=words.weekday(day))

    def weekly(self) -> dict[str, Pairs]:
        """Give the hours by weekday."""
        return {day: self.cleaned_data.get(day) or [] for day in WEEKDAYS}

    def days(self) -> list[Any]:
        """Give the fields of the days."""
        return [self[day] for day in WEEKDAYS]


def hours_of(person: Person) -> dict[str, Any]:
    """Give what the fields of a person begin with."""
    lines = {day: writing.write_line(pairs) for day, pairs in person.working_hours.items()}
    return {**lines, "capacity": person.capacity}


class NewAbsence(forms.Form):
    """Days on which somebody is away."""

    first_on = forms.DateField(label=_("First day"), widget=DateInput())
    last_on = forms.DateField(label=_("Last day"), widget=DateInput())
    reason = forms.CharField(
        label=_("Reason"), help_text=_("Colleagues see it."), required=False, max_length=80
    )
    stand_in = forms.TypedChoiceField(
        label=_("Who stands in"),
        help_text=_(
            "Gets the tickets on which a buyer answers. Without one they return to the queue."
        ),
        required=False,
        coerce=int,
        empty_value=None,
    )

    def __init__(self, *args: Any, person: Person, **named: Any) -> None:
        super().__init__(*args, **named)
        people = Person.objects.filter(is_active=True).exclude(role=Role.READER)
        rows = in_order(people.exclude(pk=person.pk))
        field: Any = self.fields["stand_in"]
        field.choices = [("", "–"), *((str(one.pk), one.name) for one in rows)]
