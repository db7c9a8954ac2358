"""Asking a vendor's API politely: rates kept, tokens renewed, repeats where they are safe.

A *read* is repeated on its own while patience lasts. A *write* is tried once: what is not known to
have failed is not known to have arrived either, and `ApiError.may_have_arrived` tells the two
apart, so that nothing is sent twice. Neither addresses with their queries nor bodies are logged.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.limits import Rate
from comptoir.channels.kernel.protocol import ChannelError, Outcome, Receipt

log = logging.getLogger(__name__)

ANSWER_BYTES_MAX = 64 * 1024 * 1024
DETAIL_CHARS = 300
PAUSE_SECONDS = 5.0
"""How long to rest after a 429 that does not say."""
BACK_OFF_SECONDS = (0.5, 2.0, 5.0)
NOT_BEGUN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.WriteTimeout,
             httpx.WriteError, httpx.UnsupportedProtocol, httpx.ProxyError)  # fmt: skip
"""Failures after which the vendor cannot have a whole request."""
ANSWER_TIMEOUTS = 4
"""So many times as long as a silence may the whole of an answer take: one that drips never ends."""
HOSTS_AT_HOME = ("localhost", "127.0.0.1", "::1")


class ApiError(ChannelError):
    """Say what a vendor answered instead of doing what was asked.

    `status` is 0 where no answer came. `retry_after_seconds` is the vendor's own word or None.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        status: int = 0,
        permanent: bool = False,
        may_have_arrived: bool = False,
        retry_after_seconds: float | None = None,
        answer: bytes = b"",
    ) -> None:
        super().__init__(code, detail, permanent=permanent)
        self.status = status
        self.may_have_arrived = may_have_arrived
        self.retry_after_seconds = retry_after_seconds
        self.answer = answer


class Auth(Protocol):
    """Proves who asks."""

    def apply(self, request: httpx.Request) -> None:
        """Add what proves it to a request that is otherwise ready."""

    def renew(self) -> bool:
        """Get a new proof after a refusal; False when there is none to be had."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a vendor answered, with status 2xx."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """Give the body as text."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """Read the body as JSON. Raises `ApiError` (`bad_answer`) for anything else.

        What was written has arrived perhaps, whatever the answer looks like.
        """
        try:
            return json.loads(self.content)
        except ValueError as error:
            words = f"not JSON: {self.text[:DETAIL_CHARS]!r}"
            raise ApiError(
                "bad_answer",
                words,
                status=self.status,
                may_have_arrived=True,
                answer=self.content,
            ) from error


class Http:
    """One account at a vendor's API.

    `rates` are by operation, `*` for all others. `learn` reads live limits out of an answer's
    headers. A relative path is put behind `base_url`; only absolute addresses of the same host are
    asked as they are (pages that follow), so that no credential leaves for another host.
    """

    def __init__(
        self,
        base_url: str,
        around: Around,
        *,
        auth: Auth | None = None,
        rates: Mapping[str, Rate] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float = 30.0,
        learn: Callable[[str, httpx.Headers], Rate | None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = checked_base_url(base_url)
        self._around = around
        self._auth = auth
        self._rates = dict(rates or {})
        self._learn = learn
        self._sleep = sleep
        timeout_seconds = min(timeout_seconds, around.timeout_seconds)
        self._answer_seconds = ANSWER_TIMEOUTS * timeout_seconds
        self._client = httpx.Client(
            transport=around.transport,
            timeout=httpx.Timeout(timeout_seconds, connect=min(10.0, timeout_seconds)),
            headers={"user-agent": "Comptoir", **(headers or {})},
            follow_redirects=False,
        )

    def read(self, operation: str, path: str, *, method: str = "GET", **more: Any) -> Answer:
        """Ask for something; harmless to repeat. Raises `ApiError`. `more`: as httpx takes it."""
        ends_at = time.monotonic() + self._around.patience_seconds
        tries = 0
        while True:
            try:
                return self._ask(operation, method, path, ends_at, more)
            except ApiError as error:
                pause = self._pause_before_repeat(error, tries)
                if pause is None or time.monotonic() + pause > ends_at:
                    raise
                tries += 1
                self._sleep(pause)

    def write(self, operation: str, path: str, *, method: str = "POST", **more: Any) -> Answer:
        """Ask for something to be done, once. Raises `ApiError`; see `may_have_arrived`."""
        ends_at = time.monotonic() + self._around.patience_seconds
        return self._ask(operation, method, path, ends_at, more)

    def close(self) -> None:
        """Let go of sockets."""
        self._client.close()

    def _ask(
        self, operation: str, method: str, path: str, ends_at: float, more: Mapping[str, Any]
    ) -> Answer:
        for may_renew in (True, False):
            self._wait_for_turn(operation, ends_at)
            response = self._send(operation, method, path, more)
            self._note(operation, response)
            if response.status_code != httpx.codes.UNAUTHORIZED or not may_renew:
                break
            if self._auth is None or not self._auth.renew():
                break
        if response.is_success:
            return Answer(response.status_code, response.headers, response.content)
        raise self._refusal(operation, response)

    def _send(
        self, operation: str, method: str, path: str, more: Mapping[str, Any]
    ) -> httpx.Response:
        request = self._client.build_request(method, self._address(path), **more)
        self._prove(request)
        began = time.monotonic()
        try:
            response = self._read_bounded(request)
        except httpx.HTTPError as error:
            arrived = not isinstance(error, NOT_BEGUN)
            log.info("%s at %s: %s", operation, request.url.host, type(error).__name__)
            raise ApiError(
                "unreachable",
                f"{request.url.host}: {type(error).__name__}",
                may_have_arrived=arrived,
            ) from error
        log.debug(
            "%s at %s: %s in %.2f s",
            operation, request.url.host, response.status_code, time.monotonic() - began,
        )  # fmt: skip
        return response

    def _prove(self, request: httpx.Request) -> None:
        """Add what proves who asks. Trouble in getting it is none of the request, which stays here."""
        if self._auth is None:
            return
        try:
            self._auth.apply(request)
        except ApiError as error:
            error.may_have_arrived = False
            raise

    def _read_bounded(self, request: httpx.Request) -> httpx.Response:
        """Send and read the answer whole, up to a size and a time that no honest answer has."""
        ends_at = time.monotonic() + self._answer_seconds
        response = self._client.send(request, stream=True)
        try:
            parts, size = [], 0
            for part in response.iter_bytes():
                size += len(part)
                if size > ANSWER_BYTES_MAX:
                    words = f"more than {ANSWER_BYTES_MAX} bytes"
                    raise ApiError(
                        "bad_answer", words, status=response.status_code, may_have_arrived=True
                    )
                if time.monotonic() > ends_at:
                    raise httpx.ReadTimeout("the answer does not end", request=request)
                parts.append(part)
        finally:
            response.close()
        headers = [(k, v) for k, v in response.headers.multi_items() if k != "content-encoding"]
        return httpx.Response(
            response.status_code, headers=headers, content=b"".join(parts), request=request
        )

    def _address(self, path: str) -> str:
        if not path.startswith(("http://", "https://")):
            return self.base_url + "/" + path.lstrip("/")
        if urlsplit(path).netloc != urlsplit(self.base_url).netloc:
            raise ApiError("bad_answer", f"an address of another host: {urlsplit(path).netloc}")
        return path

    def _wait_for_turn(self, operation: str, ends_at: float) -> None:
        name, rate = self._rate(operation)
        while seconds := self._around.limiter.take(name, rate) if rate else 0.0:
            if time.monotonic() + seconds > ends_at:
                raise ApiError("throttled", operation, retry_after_seconds=seconds)
            self._sleep(seconds)

    def _rate(self, operation: str) -> tuple[str, Rate | None]:
        if operation in self._rates:
            return operation, self._rates[operation]
        return "*", self._rates.get("*")

    def _note(self, operation: str, response: httpx.Response) -> None:
        """Keep to what the answer says of limits."""
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            seconds = retry_after(response.headers, now=self._around.now()) or PAUSE_SECONDS
            self._around.limiter.pause(self._rate(operation)[0], seconds)
        if self._learn and (rate := self._learn(operation, response.headers)):
            self._rates[operation] = rate

    def _refusal(self, operation: str, response: httpx.Response) -> ApiError:
        status = response.status_code
        code, permanent = meaning(status)
        detail = f"{operation}: {status} {response.text[:DETAIL_CHARS]}".strip()
        return ApiError(
            code,
            detail,
            status=status,
            permanent=permanent,
            may_have_arrived=status >= 500 and status != httpx.codes.SERVICE_UNAVAILABLE,
            retry_after_seconds=retry_after(response.headers, now=self._around.now()),
            answer=response.content,
        )

    def _pause_before_repeat(self, error: ApiError, tries: int) -> float | None:
        """Say how long to wait before a read is repeated; None when that is of no use."""
        if error.permanent or error.code not in ("throttled", "unreachable", "server_error"):
            return None
        if error.code == "throttled":
            return error.retry_after_seconds or PAUSE_SECONDS
        if tries >= len(BACK_OFF_SECONDS):
            return None
        return max(error.retry_after_seconds or 0.0, BACK_OFF_SECONDS[tries])


def meaning(status: int) -> tuple[str, bool]:
    """Give the code of a status that is no success, and whether repeating it is useless."""
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return "throttled", False
    if status >= 500:
        return "server_error", False
    known = {401: "auth_failed", 403: "forbidden", 404: "not_found", 408: "unreachable"}
    return known.get(status, "request_refused"), status != httpx.codes.REQUEST_TIMEOUT


def receipt_of(error: ChannelError) -> Receipt:
    """Say what became of a reply whose sending raised.

    What arrived perhaps is uncertain; what the vendor understood and does not want is refused; all
    else left nothing behind, and is tried again.
    """
    if isinstance(error, ApiError) and error.may_have_arrived:
        return Receipt(Outcome.UNCERTAIN, error.code, error.detail)
    if error.permanent:
        return Receipt(Outcome.REFUSED, error.code, error.detail)
    return Receipt(Outcome.DEFERRED, error.code, error.detail)


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Read `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3); None where it says neither."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())


def checked_base_url(text: str) -> str:
    """Give an address without its last slash. Raises `ChannelError` for one that is not safe."""
    parts = urlsplit(text.strip())
    at_home = (parts.hostname or "") in HOSTS_AT_HOME
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and at_home)
    if not is_safe or not parts.hostname or parts.username:
        words = f"{text!r} is no address of an API: write https:// and the host's name."
        raise ChannelError("settings_invalid", words, permanent=True)
    return text.strip().rstrip("/")


def pages_of(value: Any, *names: str) -> Sequence[Mapping[str, Any]]:
    """Give the list that an answer holds under one of these names; empty where it holds none.

    Vendors leave lists out, send null, or send the bare list: all of them mean the same.
    """
    if isinstance(value, list):
        return [one for one in value if isinstance(one, dict)]
    if isinstance(value, dict):
        for name in names:
            if isinstance(value.get(name), list):
                return [one for one in value[name] if isinstance(one, dict)]
    return []
