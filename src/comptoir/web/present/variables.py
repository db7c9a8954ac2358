"""What the variables of templates are called, and what is wrong with a text, in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from comptoir.replies import variables
from comptoir.replies.rendering import Missing, Problem


def label(name: str) -> str:
    """Name a variable; one nobody knows is shown as it is."""
    if (days := variables.days_in(name)) is not None:
        count, is_working = days
        if is_working:
            text = ngettext("in %(count)s working day", "in %(count)s working days", count)
        else:
            text = ngettext("in %(count)s day", "in %(count)s days", count)
        return text % {"count": count}
    return labels().get(name, name)


def label_of(missing: Missing) -> str:
    """Name a field that is left to fill."""
    return missing.label or label(missing.variable)


def field_label(source: str) -> str:
    """Name a field as it stands in a text, between its braces."""
    inside = source.strip("{} ")
    return inside.removeprefix("ask:").strip() if inside.startswith("ask:") else label(inside)


def group_labels() -> dict[str, str]:
    """Name the groups of the menu."""
    return {
        "buyer": pgettext("variables", "Buyer"),
        "order": pgettext("variables", "Order"),
        "parcel": pgettext("variables", "Parcel"),
        "return": pgettext("variables", "Return"),
        "refund": pgettext("variables", "Refund"),
        "date": pgettext("variables", "Dates"),
        "desk": pgettext("variables", "Desk"),
    }


def menu() -> list[tuple[str, list[tuple[str, str]]]]:
    """Give all variables by group, each with its name and what it is called."""
    named = group_labels()
    return [
        (named[group], [(name, label(name)) for name in names])
        for group, names in variables.GROUPS.items()
    ]


def labels() -> dict[str, str]:
    """Name all variables but the days that count from today."""
    return {
        "buyer.greeting": _("Greeting with the buyer's name"),
        "buyer.first_name": _("Buyer's first name"),
        "buyer.last_name": _("Buyer's last name"),
        "buyer.full_name": _("Buyer's full name"),
        "order.number": _("Order number"),
        "order.placed_on": _("Day of the order"),
        "order.total": _("Total of the order"),
        "order.state": _("State of the order"),
        "order.items": _("Articles, one a line"),
        "order.item_titles": _("Articles in a sentence"),
        "order.item_count": _("Number of articles"),
        "parcel.carrier": _("Carrier"),
        "parcel.tracking_number": _("Tracking number"),
        "parcel.tracking_link": _("Tracking link"),
        "parcel.shipped_on": _("Day of dispatch"),
        "parcel.promised_on": _("Promised day of delivery"),
        "parcel.delivered_on": _("Day of delivery"),
        "return.number": _("Return number"),
        "return.state": _("State of the return"),
        "return.requested_on": _("Day the return was asked for"),
        "return.received_on": _("Day the return arrived"),
        "refund.amount": _("Amount refunded"),
        "refund.made_on": _("Day of the refund"),
        "date.today": _("Today"),
        "channel.name": _("Name of the channel"),
        "brand.name": _("Name of the brand"),
        "agent.name": _("Your name"),
        "agent.first_name": _("Your first name"),
        "ticket.number": _("Ticket number"),
    }


def say(problem: Problem) -> str:
    """Say why a text cannot be kept, and what to write instead."""
    values = {"source": problem.source, "nearest": f"{{{{ {problem.nearest} }}}}"}
    match problem.code:
        case "unknown_unit":
            return (
                _("%(source)s has a unit that is not known. Use mm, cm, m, g, kg, ml, l or EUR.")
                % values
            )
        case "open_braces":
            return _("Near “%(source)s” braces are opened and not closed, or the reverse.") % values
        case _ if problem.nearest:
            return _("%(source)s is not known. Did you mean %(nearest)s?") % values
        case _:
            return (
                _(
                    "%(source)s is not known. Choose a variable from the menu, or write "
                    "{{ ask: … }} for a field to fill in."
                )
                % values
            )
