"""What an administrator types about a contact form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comptoir.channels.contact_form.settings import PAGE_DAYS_MAX, FormSettings, origins_of
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox.forms.finding import Form, answerable_channels

SPOKEN = [
    ("en", "English"), ("fr", "Français"), ("de", "Deutsch"), ("es", "Español"), ("it", "Italiano"),
]  # fmt: skip


class Settings(forms.Form):
    """All that can be decided about a form."""

    name = forms.CharField(
        label=_("Name of the form"),
        help_text=_("As you want to read it here, for instance the page it stands on."),
        max_length=80,
    )
    origins = forms.CharField(
        label=_("Sites the form may stand on"),
        help_text=_(
            "One a line, as https://www.shop.example. Everywhere else browsers refuse to show it; "
            "its own address always works."
        ),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    language = forms.ChoiceField(
        label=_("Language where neither page nor browser says one"), choices=SPOKEN
    )
    privacy_url = forms.URLField(
        label=_("Address of your privacy page"),
        help_text=_("Stands beside the button, if you name one."),
        required=False,
        assume_scheme="https",
        max_length=500,
    )
    page_days = forms.IntegerField(
        label=_("Days for which a buyer's page can be read"),
        help_text=_("After each answer. 0: answers carry no link, buyers write back by mail."),
        min_value=0,
        max_value=PAGE_DAYS_MAX,
    )
    asks_order = forms.BooleanField(
        label=_("Buyers can look their order up"),
        help_text=_("Only with its number and the address it was ordered with."),
        required=False,
    )
    takes_files = forms.BooleanField(label=_("Buyers can send files"), required=False)
    wants_proof = forms.BooleanField(
        label=_("Slow robots down by work"),
        help_text=_(
            "The sender's browser computes for about a second; without a script the sender waits "
            "ten seconds instead. Switch it on when junk comes in."
        ),
        required=False,
    )

    def clean_origins(self) -> tuple[str, ...]:
        """Refuse what is no site."""
        try:
            return origins_of(self.cleaned_data["origins"].splitlines())
        except ChannelError as error:
            said = gettext("%(site)s is no site: write https:// and the host's name, no star.")
            raise forms.ValidationError(said % {"site": error.detail}) from None

    def settings(self) -> FormSettings:
        """Give what was typed as a form keeps it."""
        given = {name: value for name, value in self.cleaned_data.items() if name in FIELDS}
        return FormSettings(**given)


class NewForm(Settings):
    """The same, with the channel that the form belongs to."""

    channel = forms.ChoiceField(
        label=_("Channel"),
        help_text=_("Answers leave by this channel's mailbox, and mail joins the same tickets."),
    )
    field_order = ("name", "channel")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["channel"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (str(channel.pk), channel.name) for channel in answerable_channels()
        ]


FIELDS = frozenset(FormSettings.__dataclass_fields__)


def stored(form: Form | None) -> dict[str, Any]:
    """Give what the page begins with."""
    settings = form.settings if form else FormSettings()
    values = {name: getattr(settings, name) for name in FIELDS}
    name = {"name": form.row.name} if form else {}
    return {**values, **name, "origins": "\n".join(settings.origins)}
