"""The second factor: its secrets are encrypted at rest, with the key of all credentials."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comptoir.storage.secrets import seal, unseal


class Factors(DefaultMFAAdapter):
    """Our answers to allauth's questions about second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_generate_recovery_codes": _(
            "Recovery codes need an authenticator app or a security key first."
        ),
        "incorrect_code": _("That code is not right, or it was used already. Try the next one."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret with the master key."""
        return seal({"secret": text}, settings.MASTER_KEYS).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return str(unseal(encrypted_text.encode(), settings.MASTER_KEYS)["secret"])

    def generate_authenticator_name(self, user: AbstractBaseUser, type: object) -> str:  # noqa: A002
        """Propose a name for a new key."""
        return gettext("Security key")

    def _get_site_name(self) -> str:
        return str(settings.MFA_TOTP_ISSUER)
