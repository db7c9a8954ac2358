"""What one person wants besides the list on the desk."""

from __future__ import annotations

from dataclasses import dataclass

from comptoir.alerts.models import Preference
from comptoir.alerts.recipients import default_email
from comptoir.merchant.models import Person


@dataclass(frozen=True, slots=True)
class Wishes:
    """Which alerts come by mail (`off`, `push`, `all`), and what the browser does at a push."""

    email: str
    browser: bool
    sound: bool

    @property
    def for_browser(self) -> str:
        """Give what scripts read: "browser sound", or less of it."""
        wanted = (("browser", self.browser), ("sound", self.sound))
        return " ".join(name for name, is_on in wanted if is_on)


def wishes_of(person: Person) -> Wishes:
    """Give what somebody wants, or what holds for their role while they said nothing."""
    row = Preference.objects.filter(person=person).first()
    if row is None:
        return Wishes(default_email(person), browser=False, sound=False)
    return Wishes(row.email, row.browser, row.sound)
