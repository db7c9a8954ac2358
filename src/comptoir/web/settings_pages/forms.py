"""What is typed to connect a mailbox: its servers and credentials, then the channels it serves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from comptoir.channels.mail.settings import MailSecrets, MailSettings, SettingsError
from comptoir.merchant.models import Connection
from comptoir.web.settings_pages import choices, words
from comptoir.web.settings_pages.providers import Provider

SECURITIES = [
    ("tls", "TLS"),
    ("starttls", "STARTTLS"),
    ("none", pgettext_lazy("encryption", "none (this machine only)")),
]
AUTHS = [("password", _("Password")), ("oauth2", _("OAuth 2"))]
SENDING_AUTHS = [("same", _("as for reading")), ("none", _("none (a relay on this machine)"))]
SECRET_NAMES = (
    "password", "smtp_password", "client_id", "client_secret", "refresh_token", "token_url",
    "scope",
)  # fmt: skip
HIDDEN_SECRETS = ("password", "smtp_password", "client_secret", "refresh_token")


class Address(forms.Form):
    """The first question: which mailbox."""

    email = forms.EmailField(
        label=_("E-mail address of the mailbox"),
        help_text=_("The one that receives your buyers' messages."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


def _secret(label: Any, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(
        label=label, required=False, strip=False, max_length=8000, widget=widget, **options
    )


class Account(forms.Form):
    """Servers and credentials of a mailbox. Empty secrets keep those that are there."""

    email = forms.EmailField(widget=forms.HiddenInput, required=False)
    user = forms.CharField(label=_("User name"), max_length=320)
    auth = forms.ChoiceField(label=_("Log-in"), choices=AUTHS)
    password = _secret(_("Password"))
    imap_host = forms.CharField(label=_("Server"), max_length=253)
    imap_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    imap_security = forms.ChoiceField(label=_("Encryption"), choices=SECURITIES)
    folders = forms.CharField(
        label=_("Folders"),
        help_text=_("One a line, as your mail program shows them."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
    )
    smtp_host = forms.CharField(
        label=_("Server"),
        required=False,
        max_length=253,
        help_text=_("Leave it empty for a mailbox that is only read."),
    )
    smtp_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    smtp_security = forms.ChoiceField(label=_("Encryption"), choices=SECURITIES)
    senders = forms.CharField(
        label=_("Sender addresses"),
        help_text=_("One a line; the first is used unless a channel has its own. "
                    "Amazon only takes answers from an address authorised there."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
    )  # fmt: skip
    smtp_auth = forms.ChoiceField(label=_("Log-in for sending"), choices=SENDING_AUTHS)
    smtp_user = forms.CharField(
        label=_("User name for sending, where it differs"), required=False, max_length=320
    )
    smtp_password = _secret(_("Password for sending, where it differs"))
    client_id = forms.CharField(label=_("Client ID"), required=False, max_length=400)
    client_secret = _secret(_("Client secret"))
    refresh_token = _secret(_("Refresh token"))
    token_url = forms.CharField(label=_("Token address"), required=False, max_length=1000)
    scope = forms.CharField(label=_("Scope"), required=False, max_length=1000)
    ca_certificates = forms.CharField(
        label=_("Certificate of your own server"),
        help_text=_("PEM text, trusted beside the usual signers."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        max_length=60_000,
    )

    def __init__(self, *args: Any, kept: dict[str, Any], row: Connection | None, **named: Any):
        super().__init__(*args, **named)
        self._kept, self._row = kept, row

    def clean(self) -> dict[str, Any]:
        """Refuse what can never work, at the field it is about."""
        cleaned = super().clean() or {}
        if not self.errors:
            self._try(MailSettings.from_mapping, self.values())
        if not self.errors:
            self._try(MailSecrets.from_mapping, self.secrets())
        if not self.errors:
            self._check_credentials()
        if not self.errors:
            self._ask_anew_for_another_server()
        if not self.errors:
            self._refuse_known_mailbox()
        return cleaned

    def values(self) -> dict[str, Any]:
        """Give the settings as the connector takes them; what no field shows stays as it was."""
        given = self.cleaned_data
        same = given["smtp_auth"] == "same"
        kept = dict(self._row.settings) if self._row else {}
        return kept | {
            "imap_host": given["imap_host"].strip(),
            "imap_port": given["imap_port"],
            "imap_security": given["imap_security"],
            "user": given["user"].strip(),
            "auth": given["auth"],
            "folders": _lines(given["folders"]),
            "smtp_host": given["smtp_host"].strip(),
            "smtp_port": given["smtp_port"],
            "smtp_security": given["smtp_security"],
            "smtp_auth": given["auth"] if same else "none",
            "smtp_user": given["smtp_user"].strip(),
            "senders": _lines(given["senders"]),
            "ca_certificates": given["ca_certificates"].strip(),
        }

    def secrets(self) -> dict[str, Any]:
        """Give the credentials: what was typed, and what was there where nothing was."""
        typed = {name: self.cleaned_data[name] for name in SECRET_NAMES}
        kept = {name: self._kept.get(name, "") for name in HIDDEN_SECRETS}
        merged = {name: value or kept.get(name, "") for name, value in typed.items()}
        if self.cleaned_data["auth"] == "password":
            wanted = ("password", "smtp_password")
            merged = {name: merged[name] for name in wanted}
        return {name: value for name, value in merged.items() if value}

    @property
    def has_kept(self) -> bool:
        """Tell whether an empty password means the one that is there."""
        return bool(self._kept)

    @property
    def shows_advanced(self) -> bool:
        """Tell whether the advanced part must be seen: it holds something, or is wrong."""
        names = ("smtp_user", "smtp_password", "client_id", "client_secret", "refresh_token",
                 "ca_certificates", "token_url", "scope", "smtp_auth")  # fmt: skip
        if any(name in self.errors for name in names):
            return True
        return self["auth"].value() == "oauth2" or bool(self["ca_certificates"].value())

    def _check_credentials(self) -> None:
        secrets = self.secrets()
        if self.cleaned_data["auth"] == "password" and not secrets.get("password"):
            self.add_error("password", gettext("Enter the password of the mailbox."))
        if self.cleaned_data["auth"] == "oauth2" and not secrets.get("refresh_token"):
            self.add_error("auth", words.setting("auth"))

    def _ask_anew_for_another_server(self) -> None:
        """Stored credentials go to the servers they were stored for, and to no other."""
        if self._row is None:
            return
        given, before = self.values(), self._row.settings
        moved = any(given[name] != before.get(name, "") for name in ("imap_host", "smtp_host"))
        typed = any(self.cleaned_data[name] for name in ("password", "refresh_token"))
        if moved and not typed:
            field = "password" if given["auth"] == "password" else "refresh_token"
            self.add_error(field, gettext("The server is another one: type it again."))

    def _refuse_known_mailbox(self) -> None:
        if self._row is not None:
            return
        given = self.values()
        same = Connection.objects.filter(
            kind="mail", settings__imap_host=given["imap_host"], settings__user=given["user"]
        )
        for row in same:
            if set(row.settings.get("folders", ["INBOX"])) & set(given["folders"]):
                text = gettext("This mailbox is connected already. Add channels to it instead.")
                self.add_error("user", text)
                return

    def _try(self, make: Any, values: dict[str, Any]) -> None:
        try:
            make(values)
        except SettingsError as error:
            field = error.field if error.field in self.fields else None
            self.add_error(field, words.setting(error.field) or error.detail)


class NewChannel(forms.Form):
    """One channel to confirm."""

    is_wanted = forms.BooleanField(label=_("Answer it here"), required=False)
    marketplace = forms.ChoiceField(label=_("Marketplace or shop"))
    country = forms.ChoiceField(label=_("Country"), required=False)
    name = forms.CharField(label=_("Name"), max_length=80)
    brand = forms.CharField(
        label=_("Brand"), max_length=80, widget=forms.TextInput(attrs={"list": "brands"})
    )
    recipient = forms.EmailField(
        label=_("Only mail to this address"),
        help_text=_("Where two shops of the same kind share the mailbox."),
        required=False,
    )
    sender = forms.EmailField(
        label=_("Answers come from"),
        help_text=_("Empty: the first sender address of the mailbox."),
        required=False,
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["marketplace"].choices = choices.marketplace_choices()  # type: ignore[attr-defined]
        self.fields["country"].choices = choices.country_choices()  # type: ignore[attr-defined]
        if self.is_bound and not self.data.get(self.add_prefix("is_wanted")):
            for name in ("name", "brand", "recipient", "sender"):
                self.fields[name].required = False


class Start(forms.Form):
    """From when on, and whether answers may leave."""

    starts_on = forms.DateField(
        label=_("Start date"),
        help_text=_("Older mail becomes closed history: it can be found, and has no clocks."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    watch = forms.TypedChoiceField(
        label=_("How it begins"),
        choices=[("0", _("Live")), ("1", _("Watch only"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="0",
    )


def suggested(email: str, provider: Provider) -> dict[str, Any]:
    """Give what the form begins with for a new mailbox."""
    return {
        "email": email,
        "user": email,
        "auth": provider.auth,
        "imap_host": provider.imap_host,
        "imap_port": 993,
        "imap_security": "tls",
        "folders": "INBOX",
        "smtp_host": provider.smtp_host,
        "smtp_port": provider.smtp_port,
        "smtp_security": provider.smtp_security,
        "senders": email,
        "smtp_auth": "same",
        "token_url": provider.token_url,
        "scope": provider.scope,
    }


def stored(values: dict[str, Any], secrets: dict[str, Any]) -> dict[str, Any]:
    """Give what the form begins with for known settings: no secret is ever among it."""
    plain = MailSettings.from_mapping(values).as_mapping()
    shown = {name: secrets.get(name, "") for name in SECRET_NAMES if name not in HIDDEN_SECRETS}
    return plain | shown | {
        "email": "",
        "folders": "\n".join(plain["folders"]),
        "senders": "\n".join(plain["senders"]),
        "smtp_auth": "none" if str(plain["smtp_auth"]) == "none" else "same",
    }  # fmt: skip


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
