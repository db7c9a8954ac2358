"""What goes to people outside the desk: a headline, a few lines, a way to the ticket.

No buyer's name or words: mail and chat rooms know nothing of the rights on the desk.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One alert in words: what happened, what it does to the deadline, what to do."""

    what: str
    deadline: str
    to_do: str
    place: str
    """Ticket and channel, or what else it is about."""
    link: str

    @property
    def sentences(self) -> str:
        """Give the three sentences as one."""
        return " ".join(part for part in (self.what, self.deadline, self.to_do) if part)


@dataclass(frozen=True, slots=True)
class Notice:
    """One message about one or several alerts. `more` says how many were left out, in words."""

    headline: str
    items: tuple[Item, ...]
    more: str
    link: str
    link_label: str
    footer: str
    is_urgent: bool
