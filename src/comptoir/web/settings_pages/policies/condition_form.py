"""The conditions of an own policy as fields: what is ticked nowhere does not matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from comptoir.sla.choosing import ORDER_VALUE
from comptoir.tickets.actions import tag
from comptoir.web.settings_pages.policies import conditions
from comptoir.web.settings_pages.policies.conditions import Known

NUMBERS = ("channel", "brand", "risk_tier")
"""Facts whose values are numbers."""


class ConditionForm(forms.Form):
    """Which tickets a policy applies to."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        known: Known,
        kept: Mapping[str, Any],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix="if", initial=initial)
        titles: dict[str, tuple[str, Mapping[Any, str]]] = {
            "risk_tier": (_("Risk"), conditions.risks()),
            "message_type": (_("What it is about"), conditions.message_types()),
            "channel": (_("Channel"), known.channels),
            "marketplace": (_("Marketplace or shop"), known.marketplaces),
            "country": (_("Country of the channel"), known.countries),
            "brand": (_("Brand"), known.brands),
            "customer_tier": (_("Customer"), conditions.customers()),
            "language": (_("Language"), conditions.languages(kept.get("language", ()))),
        }
        for name, (label, words) in titles.items():
            gone = {value: str(value) for value in kept.get(name, ()) if value not in words}
            self.fields[name] = forms.MultipleChoiceField(
                label=label,
                choices=[(str(v), w[:1].upper() + w[1:]) for v, w in {**words, **gone}.items()],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["tags"] = forms.CharField(
            label=_("Tags"),
            help_text=_("Separated by commas. One of them is enough."),
            required=False,
            max_length=400,
        )
        self.fields[ORDER_VALUE] = forms.DecimalField(
            label=_("Order value at least"),
            help_text=_("In the currency of the order."),
            required=False,
            min_value=0,
            max_value=10**9,
            decimal_places=2,
        )

    def conditions(self) -> dict[str, Any]:
        """Give the conditions as they are stored."""
        made: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name == ORDER_VALUE:
                if value is not None:
                    made[name] = float(value)
            elif name == "tags":
                tags = dict.fromkeys(tag.normal(one) for one in value.split(","))
                if wanted := [one for one in tags if one]:
                    made[name] = wanted
            elif value:
                made[name] = [int(one) for one in value] if name in NUMBERS else list(value)
        return made

    def groups(self) -> list[tuple[Any, bool]]:
        """Give the fields with whether each says something: those are shown unfolded."""
        return [
            (self[name], bool(self[name].value()) or bool(self[name].errors))
            for name in self.fields
        ]


def initial_of(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the fields of stored conditions begin with."""
    found: dict[str, Any] = {}
    for name, value in stored.items():
        if name == ORDER_VALUE:
            found[name] = f"{value:g}"
        elif name == "tags":
            found[name] = ", ".join(value)
        else:
            found[name] = [str(one) for one in value]
    return found
