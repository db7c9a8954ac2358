"""What one shop at TikTok is, and who proves to speak for it.

TikTok publishes no specification that could be had. All addresses, versions and names here are
told by third parties (the PyPI package tiktok-shop-api, EcomPHP/tiktokshop-php), which is why those
that could change are settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.oauth import ask_for_token
from comptoir.channels.kernel.protocol import ChannelError

API = "https://open-api.tiktokglobalshop.com"
AUTH = "https://auth.tiktok-shops.com"
CONSENT = {
    "us": "https://services.us.tiktokshop.com/open/authorize",
    "row": "https://services.tiktokshop.com/open/authorize",
}
MEDIA_HOSTS = ("byted.org", "ibyteimg.com", "tiktokcdn.com", "byteimg.com", "tiktokcdn-us.com")
REVOKED_WORDS = ("expired", "auth record", "invalid", "revoked", "authoriz")


@dataclass(frozen=True, slots=True)
class Account:
    """One shop. `cipher` names it in requests; empty: the only shop that was authorised."""

    app_key: str
    app_secret: str
    base_url: str
    auth_url: str
    shop_id: str
    cipher: str
    send_version: str
    media_hosts: tuple[str, ...]

    @classmethod
    def of(cls, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> Account:
        """Read settings and secrets. Raises `ChannelError` for what cannot be."""
        app_key = str(settings.get("app_key") or "").strip()
        if not app_key or not secrets.get("app_secret"):
            raise ChannelError("secrets_missing", "app key and app secret", permanent=True)
        hosts = settings.get("media_hosts") or MEDIA_HOSTS
        return cls(
            app_key,
            secrets["app_secret"],
            str(settings.get("base_url") or API),
            str(settings.get("auth_url") or AUTH),
            str(settings.get("shop_id") or "").strip(),
            str(settings.get("shop_cipher") or "").strip(),
            str(settings.get("send_version") or "202606").strip(),
            tuple(hosts if isinstance(hosts, list | tuple) else str(hosts).split()),
        )


def consent_url(
    settings: Mapping[str, Any], secrets: Mapping[str, str], *, state: str, redirect_url: str
) -> str:
    """Give the page where the seller consents; where they are sent back to stands in the app."""
    del secrets, redirect_url
    service = str(settings.get("service_id") or "").strip()
    if not service:
        words = "Enter the service id of the app: TikTok's consent page asks for it."
        raise ChannelError("settings_invalid", words, permanent=True)
    page = CONSENT.get(str(settings.get("region") or "row"), CONSENT["row"])
    page = str(settings.get("consent_page") or page)
    return f"{page}?{urlencode({'service_id': service, 'state': state})}"


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
    code = query.get("code") or query.get("auth_code") or ""
    if not code:
        raise ChannelError("consent_missing", query.get("error", ""), permanent=True)
    account = Account.of(settings, secrets)
    asked = {"auth_code": code, "grant_type": "authorized_code"}
    told = token(account, around, "get", asked)
    if not told.get("refresh_token"):
        raise ChannelError("token_invalid", "TikTok gave no refresh token.", permanent=True)
    return {"refresh_token": str(told["refresh_token"])}


def token(
    account: Account, around: Around, endpoint: str, asked: Mapping[str, str]
) -> Mapping[str, Any]:
    """Get tokens, with what is left of them in seconds: TikTok tells the moments they end.

    Failures come with status 200 and a code in the body. Raises `ChannelError`.
    """
    form = {"app_key": account.app_key, "app_secret": account.app_secret, **asked}
    url = f"{account.auth_url.rstrip('/')}/api/v2/token/{endpoint}"
    answer = ask_for_token(url, form, around, method="GET")
    told = answer.get("data")
    if answer.get("code") != 0 or not isinstance(told, dict):
        words = str(answer.get("message") or "no token")[:300]
        is_over = any(word in words.lower() for word in REVOKED_WORDS)
        code = "consent_revoked" if is_over else "auth_failed"
        raise ChannelError(code, f"{answer.get('code')} {words}", permanent=True)
    now = around.now().timestamp()
    left = {
        f"{name}expires_in": ends - now
        for name in ("", "refresh_token_")
        if isinstance(ends := told.get(f"{name or 'access_token_'}expire_in"), int | float)
    }
    return {**told, **left}
