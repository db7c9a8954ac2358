"""An account at eBay: its hosts, its scopes, and how it proves who asks.

Two hosts serve one account: most APIs lie on `api.ebay.com`, payment disputes and the identity on
`apiz.ebay.com`. What a person consented to is in the refresh token; the application asks in its
own name only for the keys that notifications are signed with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.card import Card
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.http import ApiError, Http
from comptoir.channels.kernel.oauth import TokenAuth, ask_for_token
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.kernel.windows import moment

KIND = "ebay"
SCOPE = "https://api.ebay.com/oauth/api_scope"
SCOPES = (
    SCOPE,
    f"{SCOPE}/commerce.message",
    f"{SCOPE}/sell.fulfillment",
    f"{SCOPE}/sell.payment.dispute",
    f"{SCOPE}/commerce.feedback.readonly",
    f"{SCOPE}/sell.analytics.readonly",
    f"{SCOPE}/commerce.identity.readonly",
    f"{SCOPE}/commerce.notification.subscription",
)
"""What the consent asks for. A consent without one of the last five only lacks what it serves."""
TOKEN_PATH = "/identity/v1/oauth2/token"  # noqa: S105 - an address
USER_TOKEN_SECONDS = 7200.0
ENDS_AT = "refresh_token_ends_at"
HOSTS = {
    "production": ("https://api.ebay.com", "https://apiz.ebay.com", "https://auth.ebay.com"),
    "sandbox": (
        "https://api.sandbox.ebay.com",
        "https://apiz.sandbox.ebay.com",
        "https://auth.sandbox.ebay.com",
    ),
}


class Account:
    """One seller's account, open: `api` and `money` speak for the seller, `keys` for the application."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        self.settings = settings
        self.around = around
        self.usernames = names_of(settings)
        api, money, _ = hosts(settings)
        rates = card().limits(dict(settings))
        seller = TokenAuth(
            around, lambda: _seller_token(settings, secrets, around), name="seller",
            lifetime_seconds=USER_TOKEN_SECONDS,
        )  # fmt: skip
        application = TokenAuth(
            around, lambda: _application_token(settings, secrets, around), name="application",
            lifetime_seconds=USER_TOKEN_SECONDS,
        )  # fmt: skip
        self.api = Http(api, around, auth=seller, rates=rates)
        self.money = Http(money, around, auth=seller, rates=rates)
        self.keys = Http(api, around, auth=application, rates=rates)

    def check(self) -> None:
        """Ask for what costs nothing and changes nothing. Raises `ChannelError`."""
        asked = {"conversation_type": "FROM_MEMBERS", "limit": "1", "offset": "0"}
        self.api.read("check", "/commerce/message/v1/conversation", params=asked).json()
        self.api.read("check", "/sell/fulfillment/v1/order", params={"limit": "1"}).json()
        self._check_name()

    def close(self) -> None:
        """Let go of sockets."""
        for http in (self.api, self.money, self.keys):
            http.close()

    def _check_name(self) -> None:
        """Compare whose account it is with the name given; a consent without that scope passes."""
        try:
            user = self.money.read("check", "/commerce/identity/v1/user/").json()
        except ApiError as error:
            if error.code in ("forbidden", "not_found"):
                return
            raise
        told = {str(user.get(key) or "").casefold() for key in ("username", "userId")} - {""}
        if told and not told & self.usernames:
            words = f"This consent is that of {user.get('username')}: write this name instead."
            raise ChannelError("settings_invalid", words, permanent=True)


def hosts(settings: Mapping[str, Any]) -> tuple[str, str, str]:
    """Give the addresses of the API, of the API for money, and of the consent page."""
    usual = HOSTS.get(str(settings.get("environment") or "production"), HOSTS["production"])
    given = (settings.get("api_url"), settings.get("apiz_url"), settings.get("auth_url"))
    api, money, consent = (str(own or known) for own, known in zip(given, usual, strict=True))
    return api, money, consent


def names_of(settings: Mapping[str, Any]) -> frozenset[str]:
    """Give the names under which the account itself writes, folded to compare."""
    given = (str(settings.get(key) or "") for key in ("username", "user_id"))
    return frozenset(name.strip().casefold() for name in given if name.strip())


def card() -> Card:
    """Give this channel's card."""
    found = card_of(KIND)
    assert found is not None
    return found


def application_keys(secrets: Mapping[str, str], settings: Mapping[str, Any]) -> tuple[str, str]:
    """Give the application's id and secret. Raises `ChannelError` where one is missing."""
    pair = str(settings.get("client_id") or ""), secrets.get("client_secret", "")
    if not all(pair):
        words = "Enter the App ID and the Cert ID of the keyset."
        raise ChannelError("settings_invalid", words, permanent=True)
    return pair


def _seller_token(
    settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
) -> Mapping[str, Any]:
    refresh = secrets.get("refresh_token", "")
    if not refresh:
        words = "Nobody has consented at eBay yet. Connect this account again."
        raise ChannelError("consent_revoked", words, permanent=True)
    if ends_at := moment(secrets.get(ENDS_AT)):
        around.note_end("refresh_token", ends_at)
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    api, _, _ = hosts(settings)
    keys = application_keys(secrets, settings)
    return ask_for_token(api + TOKEN_PATH, form, around, basic=keys)


def _application_token(
    settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
) -> Mapping[str, Any]:
    form = {"grant_type": "client_credentials", "scope": SCOPE}
    api, _, _ = hosts(settings)
    answer = ask_for_token(
        api + TOKEN_PATH, form, around, basic=application_keys(secrets, settings)
    )
    return {key: answer[key] for key in ("access_token", "expires_in") if key in answer}
