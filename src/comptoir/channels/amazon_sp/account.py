"""Asking the Selling Partner API: Login with Amazon, live rates, documents that lie elsewhere."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from comptoir.channels.amazon_sp import regions
from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import Answer, ApiError, Http
from comptoir.channels.kernel.limits import Rate
from comptoir.channels.kernel.oauth import TokenAuth, ask_for_token
from comptoir.channels.kernel.protocol import ChannelError

DOCUMENT_BYTES_MAX = 64 * 1024 * 1024
TOKEN_HEADER = "x-amz-access-token"  # noqa: S105 - a header's name
NOTIFICATIONS_SCOPE = "sellingpartnerapi::notifications"
HAL = {"accept": "application/hal+json, application/json"}
"""Messaging and solicitations answer in HAL only."""


class Account:
    """One seller in one region."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        secrets: Mapping[str, str],
        around: Around,
        rates: Mapping[str, Rate],
    ) -> None:
        self._settings = settings
        self._secrets = dict(secrets)
        self._around = around
        self._rates = dict(rates)
        for name in ("client_secret", "refresh_token"):
            if not secrets.get(name):
                raise ChannelError("settings_invalid", f"{name} is missing.", permanent=True)
        self._http, self._auth = self._opened("access", {
            "grant_type": "refresh_token", "refresh_token": secrets["refresh_token"],
        })  # fmt: skip

    def read(self, operation: str, path: str, *, method: str = "GET", **more: Any) -> Answer:
        """Ask for something; harmless to repeat. Raises `ApiError`."""
        try:
            return self._http.read(operation, path, method=method, **more)
        except ApiError as error:
            self._renew_after(error)
            return self._http.read(operation, path, method=method, **more)

    def write(self, operation: str, path: str, **more: Any) -> Answer:
        """Ask for something to be done, once. Raises `ApiError`."""
        try:
            return self._http.write(operation, path, **more)
        except ApiError as error:
            self._renew_after(error)
            return self._http.write(operation, path, **more)

    def ask_for_application(self, operation: str, path: str, **more: Any) -> Answer:
        """Ask for something that belongs to the application and to no seller, once.

        `more` as `httpx` takes it, with `method`. Raises `ApiError`.
        """
        form = {"grant_type": "client_credentials", "scope": NOTIFICATIONS_SCOPE}
        http = self._opened("application", form)[0]
        try:
            return http.write(operation, path, **more)
        finally:
            http.close()

    def document(self, url: str, *, is_gzip: bool) -> Answer:
        """Fetch a report's document, which lies on a host of its own and needs no proof."""
        http, path = self._elsewhere(url)
        try:
            answer = http.read("document", path)
        finally:
            http.close()
        if not is_gzip:
            return answer
        return Answer(answer.status, answer.headers, unpacked(answer.content))

    def upload(self, url: str, content: bytes, headers: Mapping[str, str]) -> None:
        """Put a file where Amazon said. Harmless to repeat: nothing refers to it yet."""
        http, path = self._elsewhere(url)
        try:
            http.read("document", path, method="PUT", content=content, headers=dict(headers))
        finally:
            http.close()

    def close(self) -> None:
        """Let go of sockets."""
        self._http.close()

    def _renew_after(self, error: ApiError) -> None:
        """Get a new token where Amazon refuses the one before, which it does with a 403.

        Raises the error again where it says something else: nothing was done then either.
        """
        if error.status != httpx.codes.FORBIDDEN or b"access token" not in error.answer.lower():
            raise error
        self._auth.renew()

    def _opened(self, name: str, form: Mapping[str, str]) -> tuple[Http, TokenAuth]:
        keys = {
            "client_id": str(self._settings.get("client_id") or ""),
            "client_secret": self._secrets["client_secret"],
        }
        url = str(self._settings.get("token_url") or regions.TOKEN_URL)
        auth = TokenAuth(
            self._around,
            lambda: ask_for_token(url, {**form, **keys}, self._around),
            name=name,
            header=TOKEN_HEADER,
            prefix="",
        )
        http = Http(
            regions.host(self._settings),
            self._around,
            auth=auth,
            rates=self._rates,
            headers={"accept": "application/json"},
            learn=self._learn,
        )
        return http, auth

    def _elsewhere(self, url: str) -> tuple[Http, str]:
        parts = urlsplit(url)
        http = Http(f"{parts.scheme}://{parts.netloc}", self._around)
        return http, f"{parts.path}?{parts.query}" if parts.query else parts.path

    def _learn(self, operation: str, headers: httpx.Headers) -> Rate | None:
        """Keep to the live rate that an answer tells; what may be asked at once it does not tell."""
        try:
            count = float(headers.get("x-amzn-ratelimit-limit", ""))
        except ValueError:
            return None
        known = self._rates.get(operation)
        return Rate(count, 1.0, known.burst if known else 1.0) if count > 0 else None


def object_of(answer: Answer) -> Mapping[str, Any]:
    """Read an answer that has to be an object. Raises `ApiError` (`bad_answer`)."""
    value = answer.json()
    if not isinstance(value, dict):
        raise ApiError("bad_answer", "no object", status=answer.status, answer=answer.content)
    return value


def text_in(value: object, *names: str) -> str:
    """Give the text that lies in an answer under these names. Raises `ApiError` (`bad_answer`)."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    if value is None or value == "":
        raise ApiError("bad_answer", f"no {'.'.join(names)}")
    return str(value)


def unpacked(content: bytes) -> bytes:
    """Unpack a document, up to a size that no honest one has. Raises `ApiError`."""
    opened = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        whole = opened.decompress(content, DOCUMENT_BYTES_MAX)
    except (zlib.error, gzip.BadGzipFile) as error:
        raise ApiError("bad_answer", "a document that is no gzip") from error
    if opened.unconsumed_tail:
        raise ApiError("bad_answer", f"a document of more than {DOCUMENT_BYTES_MAX} bytes")
    if not opened.eof:
        raise ApiError("bad_answer", "a document that ends too early")
    return whole
