"""A seller's consent: eBay's page asks them, and the code it hands back buys a refresh token.

eBay calls by *RuName* what others call the redirect address: a name that stands for an address
entered in the developer portal (eBay, Authorization code grant). The token answers with when it
ends; that is some eighteen months off and is told as it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from comptoir.channels.ebay.account import (
    ENDS_AT,
    SCOPES,
    TOKEN_PATH,
    application_keys,
    hosts,
)
from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.oauth import ask_for_token
from comptoir.channels.kernel.protocol import ChannelError


def consent_url(
    settings: Mapping[str, Any], secrets: Mapping[str, str], *, state: str, redirect_url: str
) -> str:
    """Give the page where the seller consents. `redirect_url` is what the RuName stands for."""
    del redirect_url
    client_id, _ = application_keys(secrets, settings)
    asked = {
        "client_id": client_id,
        "redirect_uri": _ru_name(settings),
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "state": state,
    }
    return f"{hosts(settings)[2]}/oauth2/authorize?{urlencode(asked, quote_via=quote)}"


def redeem(
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
    *,
    query: Mapping[str, str],
    redirect_url: str,
    around: Around,
) -> dict[str, str]:
    """Buy a refresh token for the code that came back. Raises `ChannelError`."""
    del redirect_url
    code = query.get("code", "")
    if not code:
        words = query.get("error_description") or query.get("error") or "eBay sent no code."
        raise ChannelError("consent_missing", words, permanent=True)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": _ru_name(settings)}
    keys = application_keys(secrets, settings)
    answer = ask_for_token(hosts(settings)[0] + TOKEN_PATH, form, around, basic=keys)
    token = str(answer.get("refresh_token") or "")
    if not token:
        raise ChannelError("token_invalid", "eBay gave no refresh token.", permanent=True)
    found = {"refresh_token": token}
    if seconds := int(answer.get("refresh_token_expires_in") or 0):
        ends_at = around.now() + timedelta(seconds=seconds)
        around.note_end("refresh_token", ends_at)
        found[ENDS_AT] = ends_at.isoformat()
    return found


def _ru_name(settings: Mapping[str, Any]) -> str:
    name = str(settings.get("ru_name") or "").strip()
    if not name:
        words = "Enter the RuName of the keyset: eBay sends people back by it."
        raise ChannelError("settings_invalid", words, permanent=True)
    return name
