"""What people type about alerts. Rules are those of the room below."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comptoir.alerts import mail_sender
from comptoir.alerts.actions.escalation import MINUTES_MAX
from comptoir.alerts.models import Endpoint, Preference
from comptoir.core.refusals import Refusal
from comptoir.web.present.refusals import say_refusal

KINDS = [
    (Endpoint.Kind.SLACK.value, "Slack"),
    (Endpoint.Kind.MATTERMOST.value, "Mattermost"),
    (Endpoint.Kind.TEAMS.value, "Microsoft Teams"),
    (Endpoint.Kind.WEBHOOK.value, pgettext_lazy("endpoint", "Signed webhook")),
    (Endpoint.Kind.EMAIL.value, pgettext_lazy("endpoint", "E-mail address")),
]


class AlertForm(forms.Form):
    """A form that can show why a verb refused."""

    def refuse(self, refusal: Refusal, field: str | None = None) -> None:
        """Show a refusal at a field, else above the form."""
        self.add_error(field, say_refusal(refusal))


class NewEndpoint(AlertForm):
    """A place alerts shall go to."""

    kind = forms.ChoiceField(label=_("What is there"), choices=KINDS)
    name = forms.CharField(
        label=_("Name"), help_text=_("As your policies shall call it."), max_length=80
    )
    url = forms.CharField(
        label=_("Address"),
        help_text=_("The webhook's whole address, https://…, or an e-mail address."),
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ChangedEndpoint(AlertForm):
    """Another name or address."""

    name = forms.CharField(label=_("Name"), max_length=80)
    url = forms.CharField(
        label=_("New address"),
        help_text=_("Leave it empty to keep the one there is."),
        max_length=2000,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class SenderForm(AlertForm):
    """From where alerts leave as mail."""

    sender = forms.ChoiceField(label=_("Send alerts as mail from"), required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        choices = [
            (f"{row.pk} {address}", f"{address} ({row.name})" if row.name != address else address)
            for row, addresses in mail_sender.possible()
            for address in addresses
        ]
        self.fields["sender"].choices = [("", _("No mail leaves")), *choices]  # type: ignore[attr-defined]

    def chosen(self) -> tuple[int | None, str]:
        """Give the mailbox and the address that were chosen; None for no mail."""
        number, _space, address = self.cleaned_data["sender"].partition(" ")
        return (int(number) if number else None), address


class EscalationForm(AlertForm):
    """How long an alert may go without notice."""

    supervisor_minutes = forms.IntegerField(
        label=_("Minutes until the team leader hears"), min_value=1, max_value=MINUTES_MAX
    )
    admins_minutes = forms.IntegerField(
        label=_("Minutes more until the administrators hear"), min_value=1, max_value=MINUTES_MAX
    )


class WishesForm(AlertForm):
    """How one wants to hear of alerts."""

    email = forms.ChoiceField(
        label=_("By e-mail"),
        widget=forms.RadioSelect,
        choices=[
            (Preference.Email.OFF.value, pgettext_lazy("alerts by mail", "None")),
            (Preference.Email.PUSH.value, pgettext_lazy("alerts by mail", "Only urgent ones")),
            (Preference.Email.ALL.value, pgettext_lazy("alerts by mail", "All")),
        ],
    )
    browser = forms.BooleanField(label=_("Notifications of the browser"), required=False)
    sound = forms.BooleanField(label=_("A short sound"), required=False)
