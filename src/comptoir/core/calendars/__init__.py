"""When somebody is there: working hours in a time zone, and arithmetic on them. Not what is promised within them."""

from comptoir.core.calendars.always import ALWAYS
from comptoir.core.calendars.calendar import Calendar, Shift
from comptoir.core.calendars.spec import calendar_from_spec
from comptoir.core.calendars.working_hours import WorkingHours

__all__ = ["ALWAYS", "Calendar", "Shift", "WorkingHours", "calendar_from_spec"]
