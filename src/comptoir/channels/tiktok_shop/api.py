"""Asking TikTok Shop: every request signed, every answer an envelope whose `code` alone says how it went.

The signature is HMAC-SHA256 with the app's secret, in hexadecimal, over secret, path, the sorted
query (without `sign` and `access_token`), the body unless it is multipart, and the secret again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import httpx

from comptoir.channels.kernel.around import Around, Token
from comptoir.channels.kernel.http import Answer, ApiError, Http, pages_of
from comptoir.channels.kernel.limits import Rate
from comptoir.channels.kernel.oauth import TokenAuth
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.kernel.signing import hmac_sha256
from comptoir.channels.tiktok_shop.account import Account, token

SHOPS = "/authorization/202309/shops"
TOKEN_CODES = frozenset({105001, 105002, 105003, 36004001, 36004003, 36004005})
"""Told by issues of EcomPHP/tiktokshop-php and others; the words of the message count as well."""
FORBIDDEN_CODES = frozenset({105005})
THROTTLED_CODES = frozenset({36009009, 36009036})
CIPHER_LASTS = timedelta(days=7)
PAUSE_SECONDS = 30.0
LIST_PAGES_MAX = 500


class ShopAuth:
    """Proves who asks: the access token in a header, and a signature over all of the request."""

    def __init__(self, account: Account, refresh_token: str, around: Around) -> None:
        self._account, self._around = account, around
        self._refresh_token = refresh_token
        self.cipher = account.cipher
        self._token = TokenAuth(around, self._fetch, header="x-tts-access-token", prefix="")

    def apply(self, request: httpx.Request) -> None:
        """Add token, key, moment and shop to a request, and sign it."""
        self._token.apply(request)
        query = list(request.url.params.multi_items())
        query += [("app_key", self._account.app_key), ("timestamp", self._timestamp())]
        if self.cipher and request.url.path != SHOPS:
            query.append(("shop_cipher", self.cipher))
        kind = request.headers.get("content-type", "")
        body = b"" if kind.startswith("multipart/") else request.read()
        signed = sign(self._account.app_secret, request.url.path, query, body)
        request.url = request.url.copy_with(params=[*query, ("sign", signed)])

    def renew(self) -> bool:
        """Get a new token in place of a refused one."""
        return self._token.renew()

    def _timestamp(self) -> str:
        return str(int(self._around.now().timestamp()))

    def _fetch(self) -> Mapping[str, Any]:
        if not self._refresh_token:
            raise ChannelError("consent_missing", "no refresh token", permanent=True)
        asked = {"refresh_token": self._refresh_token, "grant_type": "refresh_token"}
        told = token(self._account, self._around, "refresh", asked)
        self._refresh_token = str(told.get("refresh_token") or self._refresh_token)
        return told


class Shop:
    """One shop at the API."""

    def __init__(
        self,
        account: Account,
        refresh_token: str,
        around: Around,
        rates: Mapping[str, Rate],
        *,
        timeout_seconds: float = 30.0,
    ) -> None:
        self.account, self._around = account, around
        self._auth = ShopAuth(account, refresh_token, around)
        self._http = Http(
            account.base_url, around, auth=self._auth, rates=rates, timeout_seconds=timeout_seconds
        )

    def read(self, operation: str, path: str, *, once: bool = False, **more: Any) -> dict[str, Any]:
        """Ask for something, `once` where nobody waits for repeats. Raises `ApiError`."""
        ask = self._http.write if once else self._http.read
        more = {"method": "GET", **more}
        return self._asked(operation, lambda: ask(operation, path, **more))

    def write(self, operation: str, path: str, **more: Any) -> dict[str, Any]:
        """Ask for something to be done, once. Raises `ApiError`."""
        try:
            return self._asked(operation, lambda: self._http.write(operation, path, **more))
        except ApiError as error:
            if error.code != "bad_answer" or error.status != httpx.codes.OK:
                raise
            # It was taken with status 200; what became of it cannot be read.
            raise ApiError(
                "bad_answer", error.detail, status=error.status, may_have_arrived=True
            ) from error

    def every(
        self, operation: str, path: str, name: str, *, size: int, **more: Any
    ) -> Iterator[Sequence[Mapping[str, Any]]]:
        """Give a list page by page, as its tokens lead on. Raises `ApiError`."""
        params, following = {"page_size": size, **more.pop("params", {})}, ""
        for _ in range(LIST_PAGES_MAX):
            asked = {**params, **({"page_token": following} if following else {})}
            told = self.read(operation, path, params=asked, **more)
            found = pages_of(told, name)
            yield found
            before, following = following, str(told.get("next_page_token") or "")
            if not found or not following or following == before:
                return

    def ready(self) -> None:
        """Learn which shop is meant, unless that is known. Raises `ChannelError`."""
        kept = self._around.tokens.get("shop_cipher")
        if self._auth.cipher:
            return
        if kept is not None and kept.ends_at > self._around.now():
            self._auth.cipher = kept.value
            return
        shop = self.shop()
        self._auth.cipher = str(shop.get("cipher") or "")
        ends_at = self._around.now() + CIPHER_LASTS
        self._around.tokens.put("shop_cipher", Token(self._auth.cipher, ends_at))

    def shop(self) -> Mapping[str, Any]:
        """Give the shop that is meant of those that were authorised. Raises `ChannelError`."""
        found = pages_of(self.read("check", SHOPS), "shops")
        wanted = [one for one in found if self.account.shop_id in ("", str(one.get("id")))]
        wanted = [one for one in wanted if self.account.cipher in ("", one.get("cipher"))]
        if len(wanted) == 1:
            return wanted[0]
        names = ", ".join(f"{one.get('name')} ({one.get('id')})" for one in found) or "none"
        code = "settings_invalid" if wanted else "not_found"
        raise ChannelError(code, f"enter the shop's id; authorised are: {names}", permanent=True)

    def close(self) -> None:
        """Let go of sockets."""
        self._http.close()

    def _asked(self, operation: str, ask: Any) -> dict[str, Any]:
        for may_renew in (True, False):
            try:
                return opened(ask())
            except ApiError as error:
                said = meant(error)
                if said.code == "token_refused" and may_renew and self._auth.renew():
                    continue
                if said.code == "throttled" and said.status != httpx.codes.TOO_MANY_REQUESTS:
                    self._around.limiter.pause(operation, PAUSE_SECONDS)
                if said.code == "token_refused":
                    raise ChannelError("auth_failed", said.detail, permanent=True) from error
                raise said from error
        raise AssertionError  # the loop returns or raises


def sign(secret: str, path: str, query: Sequence[tuple[str, str]], body: bytes) -> str:
    """Sign a request."""
    pairs = sorted(pair for pair in query if pair[0] not in ("sign", "access_token"))
    said = "".join(name + value for name, value in pairs)
    return hmac_sha256(secret, secret, path, said, body, secret).hex()


def opened(answer: Answer) -> dict[str, Any]:
    """Give what is in an envelope. Raises `ApiError` for one whose `code` is not 0."""
    told = answer.json()
    if not isinstance(told, dict):
        raise ApiError("bad_answer", "no envelope", status=answer.status, answer=answer.content)
    if told.get("code", 0) != 0:
        raise ApiError(
            "request_refused", str(told.get("message"))[:300], status=answer.status,
            permanent=True, answer=answer.content,
        )  # fmt: skip
    data = told.get("data")
    return data if isinstance(data, dict) else {}


def meant(error: ApiError) -> ApiError:
    """Give an error the code that its body asks for."""
    try:
        told = json.loads(error.answer)
    except ValueError:
        return error
    if not isinstance(told, dict) or not isinstance(number := told.get("code"), int):
        return error
    words = str(told.get("message") or "")
    code, permanent = _meaning(number, words.lower())
    if not code:
        return error
    return ApiError(
        code, f"{number} {words}"[:300], status=error.status, permanent=permanent,
        may_have_arrived=code == "server_error",
        retry_after_seconds=error.retry_after_seconds, answer=error.answer,
    )  # fmt: skip


def _meaning(number: int, words: str) -> tuple[str, bool]:
    if number in TOKEN_CODES or ("token" in words and ("expired" in words or "invalid" in words)):
        return "token_refused", True
    if number in FORBIDDEN_CODES or "auth pkg" in words or "scope" in words:
        return "forbidden", True
    if number in THROTTLED_CODES or "too many request" in words or "rate limit" in words:
        return "throttled", False
    if "timestamp" in words:
        return "clock_skewed", True
    if "internal" in words or "system error" in words or "try again" in words:
        return "server_error", False
    return "", False
