"""What people type: names, addresses, passwords, time zones. Rules are the merchant's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Channel, Person, Team
from comptoir.merchant.models.people import LANGUAGES
from comptoir.web.accounts import labels, refusals, zones
from comptoir.web.accounts.named_field import NamedField
from comptoir.web.present.names import channel_name


class TimeZoneField(forms.CharField):
    """A zone by its name or its city; browsers offer the list while one types."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"})
        super().__init__(label=_("Time zone"), widget=widget, **options)

    def clean(self, value: Any) -> str:
        """Give the zone's full name."""
        text = super().clean(value)
        if (name := zones.find(text)) is None:
            raise forms.ValidationError(
                gettext(
                    "No time zone is called “%(text)s”. Type the nearest large city, such as Paris."
                )
                % {"text": text}
            )
        return name


class NewPasswordField(forms.CharField):
    """A password somebody chooses."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Password"),
            help_text=_("At least 10 characters. A short sentence is easiest to remember."),
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            strip=False,
            max_length=1000,
            **options,
        )

    def clean(self, value: Any) -> str:
        """Refuse what is short or common."""
        password: str = super().clean(value)
        password_validation.validate_password(password)
        return password


class RefusableForm(forms.Form):
    """A form that can show why a verb refused."""

    refused_at = {
        "email_known": "email",
        "name_missing": "name",
        "name_taken": "name",
        "time_zone_unknown": "time_zone",
        "last_administrator": "role",
    }

    def refuse(self, refused: Refused) -> None:
        """Show a refusal at the field it is about, else above the form."""
        field = self.refused_at.get(refused.code)
        self.add_error(field if field in self.fields else None, refusals.explain(refused))


class Introduction(RefusableForm):
    """Who somebody is, on their first visit."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = NewPasswordField()
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    time_zone = TimeZoneField()


class Welcome(Introduction):
    """The first administrator and the merchant."""

    merchant_name = forms.CharField(
        label=_("Name of your business"),
        help_text=_("As buyers know it. It becomes your first brand."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("You log in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    field_order = ("merchant_name", "name", "email", "password", "language", "time_zone")


class NewPassword(forms.Form):
    """A new password instead of a forgotten one."""

    password = NewPasswordField()


class RoleAndTeams(RefusableForm):
    """What an administrator says about somebody."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    teams = NamedField(
        label=_("Teams"),
        queryset=Team.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        roles = self.fields["role"]
        roles.choices = [(key.value, name) for key, name in labels.roles().items()]  # type: ignore[attr-defined]

    def team_ids(self) -> list[int]:
        """Give the teams that were ticked."""
        return [team.pk for team in self.cleaned_data["teams"]]


class NewTeam(RefusableForm):
    """A team to be made."""

    name = forms.CharField(label=_("Name"), max_length=60)


class ChannelsField(NamedField):
    """Channels to tick, by the names that readers see."""

    def label_from_instance(self, obj: Any) -> str:
        """Name a channel in the reader's language."""
        return channel_name(obj.name)


class TeamForm(NewTeam):
    """A team's name, people and channels."""

    members = NamedField(
        label=_("Members"),
        queryset=Person.objects.filter(is_active=True),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    channels = ChannelsField(
        label=_("Channels"),
        queryset=Channel.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class NewToken(RefusableForm):
    """A token for another program."""

    name = forms.CharField(
        label=_("Name"), help_text=_("Which program it is for, such as “Warehouse”."), max_length=60
    )
    access = forms.ChoiceField(label=_("Access"), widget=forms.RadioSelect, initial="read")
    role = forms.ChoiceField(
        label=_("Rights"),
        help_text=_("Never more than the person who makes it has at the time of a request."),
        required=False,
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["access"].choices = [  # type: ignore[attr-defined]
            ("read", pgettext("access", "Read only")),
            ("write", pgettext("access", "Read and write")),
        ]
        roles = [(key.value, name) for key, name in labels.roles().items()]
        self.fields["role"].choices = [("", gettext("As mine")), *roles]  # type: ignore[attr-defined]


class Profile(RefusableForm):
    """What people say about themselves."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("Colleagues see it. Buyers see only the signature of the channel."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    time_zone = TimeZoneField(help_text=_("Deadlines are shown in this zone."))
    theme = forms.ChoiceField(label=_("Colours"))
    speaks = forms.MultipleChoiceField(
        label=_("Languages you answer in"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["theme"].choices = labels.themes()  # type: ignore[attr-defined]
        self.fields["speaks"].choices = labels.spoken()  # type: ignore[attr-defined]
