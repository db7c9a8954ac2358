"""What is typed to connect an account: the fields of a card, and the channels it serves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from comptoir.channels.kernel.card import Card, Field
from comptoir.channels.kernel.http import checked_base_url
from comptoir.channels.kernel.limits import Rate
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox.serving import channels_for, served_by
from comptoir.merchant.models import Connection
from comptoir.web.settings_pages import choices

TRUE = frozenset({"true", "1", "yes", "on"})


class Account(forms.Form):
    """The fields of a card. Secrets are never shown again: left empty, they stay as they are."""

    account_name = forms.CharField(
        label=_("Name of the connection"),
        help_text=_("As you want to read it here, for instance the shop's name."),
        max_length=80,
    )

    def __init__(
        self, *args: Any, card: Card, kept: dict[str, Any], row: Connection | None, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.card, self._kept, self._row = card, kept, row
        for one in card.fields:
            self.fields[one.name] = _made(one, is_kept=bool(kept.get(one.name)))
        for operation, text in card.rates.items():
            self.fields[f"rate_{operation}"] = _rate(operation, text)

    @property
    def plain(self) -> list[dict[str, Any]]:
        """Give the fields that everybody fills in, each with what is to be said of it."""
        return [self._shown(one) for one in self.card.fields if not one.advanced]

    @property
    def advanced(self) -> list[dict[str, Any]]:
        """Give the fields that are folded: those the card marks, and the rates."""
        return [self._shown(one) for one in self.card.fields if one.advanced]

    @property
    def rates(self) -> list[Any]:
        """Give the rates, which can be tightened where the vendor granted less."""
        return [self[f"rate_{operation}"] for operation in self.card.rates]

    @property
    def shows_advanced(self) -> bool:
        """Tell whether the folded part must be seen: something in it is wrong."""
        folded = {one.name for one in self.card.fields if one.advanced}
        return bool((folded | {f"rate_{name}" for name in self.card.rates}) & set(self.errors))

    def clean(self) -> dict[str, Any]:
        """Refuse what can never work, at the field it is about."""
        cleaned = super().clean() or {}
        for one in self.card.fields:
            if one.kind == "url" and (text := cleaned.get(one.name)):
                self._check_address(one.name, text)
        for operation in self.card.rates:
            self._check_rate(f"rate_{operation}")
        if not self.errors:
            self._ask_anew_for_another_address()
        return cleaned

    def values(self) -> dict[str, Any]:
        """Give the settings as the connector takes them: what was left empty is not among them."""
        kept = dict(self._row.settings) if self._row else {}
        plain = [one.name for one in self.card.fields if one.kind != "secret"]
        names = [*plain, *(f"rate_{operation}" for operation in self.card.rates)]
        for name in names:
            kept.pop(name, None)
        given = {name: _typed(self.cleaned_data[name]) for name in names}
        for one in self.card.fields:
            if one.kind == "lines":
                given[one.name] = [
                    line.strip() for line in given[one.name].splitlines() if line.strip()
                ]
        return kept | {name: value for name, value in given.items() if value not in ("", None, [])}

    def secrets(self) -> dict[str, Any]:
        """Give the credentials: what was typed, and what was there where nothing was."""
        typed = {name: self.cleaned_data.get(name) for name in self.card.secret_names}
        kept = self._kept if not self._has_moved() else {}
        return {**kept, **{name: value for name, value in typed.items() if value}}

    def _shown(self, one: Field) -> dict[str, Any]:
        is_kept = one.kind == "secret" and bool(self._kept.get(one.name))
        return {"field": self[one.name], "is_unsure": one.is_unsure, "is_kept": is_kept}

    def _check_address(self, name: str, text: str) -> None:
        try:
            self.cleaned_data[name] = checked_base_url(text)
        except ChannelError:
            said = gettext("Write the whole address: https:// and the host's name.")
            self.add_error(name, said)

    def _check_rate(self, name: str) -> None:
        if text := self.cleaned_data.get(name):
            try:
                is_good = Rate.parse(text).a_second > 0
            except (ValueError, ZeroDivisionError):
                is_good = False
            if not is_good:
                self.add_error(name, gettext("Write it like 5/1s or 100/1h burst 20."))

    def _has_moved(self) -> bool:
        """Tell whether an address is another than the one the stored credentials are for."""
        if self._row is None:
            return False
        before = self._row.settings
        return any(
            (self.cleaned_data.get(one.name) or "") != before.get(one.name, "")
            for one in self.card.fields
            if one.kind == "url"
        )

    def _ask_anew_for_another_address(self) -> None:
        """Stored credentials go to the address they were stored for, and to no other."""
        if not self._has_moved():
            return
        for name in self.card.secret_names:
            if self._kept.get(name) and not self.cleaned_data.get(name):
                self.add_error(name, gettext("The address is another one: type it again."))


class Serving(forms.Form):
    """One channel that the account serves: one that is there, or a new one."""

    existing = forms.ChoiceField(
        label=_("Channel"),
        help_text=_("Choose one that is there, so that its mail and this account serve the same."),
        required=False,
    )
    marketplace = forms.ChoiceField(label=_("Marketplace or shop"))
    country = forms.ChoiceField(label=_("Country"), required=False)
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    brand = forms.CharField(
        label=_("Brand"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"list": "brands"}),
    )

    def __init__(self, *args: Any, card: Card, **named: Any) -> None:
        super().__init__(*args, **named)
        new = ("", gettext("A new channel"))
        there = [(str(channel.pk), channel.name) for channel in channels_for(card)]
        self.fields["existing"].choices = [new, *there]  # type: ignore[attr-defined]
        self.fields["marketplace"].choices = marketplace_choices(card)  # type: ignore[attr-defined]
        self.fields["country"].choices = choices.country_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for a name and a brand where the channel is new."""
        cleaned = super().clean() or {}
        if not cleaned.get("existing"):
            for name in ("name", "brand"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, gettext("A new channel needs this."))
        return cleaned


def marketplace_choices(card: Card) -> list[tuple[str, str]]:
    """Give the marketplaces that a connector serves; all of them for one that names none."""
    served = set(served_by(card))
    known = [pair for _group, group in choices.marketplace_choices() for pair in group]
    return [pair for pair in known if pair[0] in served] or known


def stored(card: Card, name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Give what the form begins with for known settings: no secret is ever among it."""
    shown = {key: _written(value) for key, value in values.items()}
    return {"account_name": name} | {
        key: value for key, value in shown.items() if key not in card.secret_names
    }


def _made(one: Field, *, is_kept: bool) -> forms.Field:
    language = get_language() or "en"
    told: dict[str, Any] = {
        "label": _labelled(one, language),
        "help_text": one.help.of(language) if one.help else "",
        "required": one.required and not is_kept,
        "initial": one.default,
    }
    attrs = {"autocomplete": "off", "spellcheck": "false"}
    if one.example:
        told["help_text"] = " ".join(
            part for part in (told["help_text"], gettext("For instance: %s") % one.example) if part
        )
    match one.kind:
        case "secret":
            widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
            return forms.CharField(**told, strip=True, max_length=16_000, widget=widget)
        case "url":
            return forms.CharField(
                **told, max_length=1000, widget=forms.TextInput(attrs={"inputmode": "url"} | attrs)
            )
        case "choice":
            named = [(choice.value, choice.label.of(language)) for choice in one.choices]
            empty = [] if one.required else [("", "–")]
            return forms.ChoiceField(**told, choices=[*empty, *named])
        case "flag":
            told |= {"required": False, "initial": one.default.lower() in TRUE}
            return forms.BooleanField(**told)
        case "number":
            return forms.DecimalField(**told)
        case "lines":
            area = forms.Textarea(attrs={"rows": 3} | attrs)
            return forms.CharField(**told, max_length=8000, widget=area)
    return forms.CharField(**told, max_length=1000, widget=forms.TextInput(attrs=attrs))


def _labelled(one: Field, language: str) -> str:
    label = one.label.of(language)
    if one.required or one.kind == "flag":
        return label
    return gettext("%(label)s (optional)") % {"label": label}


def _rate(operation: str, text: str) -> forms.Field:
    if operation == "*":
        label = gettext("Calls at most")
    else:
        label = gettext("Calls at most: %s") % operation
    said = gettext("The vendor's limit is %s. Fill it in only where yours is another.") % text
    return forms.CharField(label=label, help_text=said, required=False, max_length=60)


def _typed(value: Any) -> Any:
    """Give a value as JSON keeps it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _written(value: Any) -> Any:
    return "\n".join(str(one) for one in value) if isinstance(value, list) else value
