"""One HTTP request out, politely: to judged addresses only, with time limits, without redirects.

Neither what is sent nor the address (which is a secret with most chat services) is ever logged.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Collection, Mapping
from datetime import timedelta
from functools import cache
from importlib.metadata import version
from urllib.parse import urlsplit

import httpx

from comptoir.alerts.transports.answers import Answer, Verdict
from comptoir.alerts.transports.targets import Unreachable, target_of

CONNECT_SECONDS, ANSWER_SECONDS, ALL_SECONDS = 5.0, 10.0, 20.0
ANSWER_BYTES_MAX = 4096
DETAIL_CHARS_MAX = 200
WAIT_MAX = timedelta(hours=1)
LATER = frozenset({408, 425, 429})
"""Client errors that say nothing about the request itself."""
SECRET_CHARS_MIN = 8


def post_json(
    url: str, content: bytes, headers: Mapping[str, str], *, private_hosts: Collection[str]
) -> Answer:
    """Send JSON, and say what came back. Never raises for what network or server do."""
    try:
        target = target_of(url, private_hosts)
    except Unreachable as error:
        verdict = Verdict.AGAIN if error.code == "host_unknown" else Verdict.REFUSED
        return Answer(verdict, error.code, error.detail)
    all_headers = {
        "Host": target.host_header,
        "Content-Type": "application/json",
        "User-Agent": f"Comptoir/{version('comptoir')}",
        **headers,
    }
    answer = Answer(Verdict.AGAIN, "unreachable")
    for dialled in target.numeric_urls:
        answer = _try(dialled, target.host, content, all_headers, url)
        if answer.code != "unreachable":
            break
    return answer


def _try(dialled: str, host: str, content: bytes, headers: Mapping[str, str], url: str) -> Answer:
    """Send the request to one numeric address; the certificate must name the host."""
    names = {"sni_hostname": host}
    try:
        with _client() as client:
            request = client.build_request(
                "POST", dialled, content=content, headers=headers, extensions=names
            )
            return _answer(client, request, url)
    except httpx.ConnectTimeout:
        return Answer(Verdict.AGAIN, "unreachable")
    except httpx.TimeoutException:
        return Answer(Verdict.AGAIN, "timeout")
    except httpx.ConnectError as error:
        is_about_tls = any(word in str(error).upper() for word in ("CERTIFICATE", "SSL"))
        return Answer(Verdict.AGAIN, "certificate" if is_about_tls else "unreachable")
    except httpx.HTTPError as error:
        return Answer(Verdict.AGAIN, "no_answer", type(error).__name__)


def _client() -> httpx.Client:
    """Make a client for one request: a connection must not be lent to another host's name."""
    timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    return httpx.Client(
        timeout=timeout, verify=_tls(), trust_env=False, follow_redirects=False, http2=False
    )


def _answer(client: httpx.Client, request: httpx.Request, url: str) -> Answer:
    """Send a request, read the beginning of the answer and say what it means."""
    started_at = time.monotonic()
    response = client.send(request, stream=True)
    body = b""
    try:
        for piece in response.iter_bytes(1024):
            body += piece
            is_late = time.monotonic() - started_at > ALL_SECONDS
            if len(body) >= ANSWER_BYTES_MAX or is_late:
                break
    except httpx.HTTPError:
        pass  # the status has come; the rest of the answer changes nothing
    finally:
        response.close()
    detail = _detail(body[:ANSWER_BYTES_MAX], url)
    return _judge(response, detail)


def _judge(response: httpx.Response, detail: str) -> Answer:
    status = response.status_code
    code = f"http_{status}"
    if 200 <= status < 300:
        return Answer(Verdict.SENT, code, detail)
    if 300 <= status < 400:
        return Answer(Verdict.REFUSED, "redirected", detail)
    if status >= 500 or status in LATER:
        return Answer(Verdict.AGAIN, code, detail, _wait(response.headers.get("retry-after", "")))
    return Answer(Verdict.REFUSED, code, detail)


def _wait(text: str) -> timedelta | None:
    """Read how many seconds the other side asks for; dates are left to our own patience."""
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        return None
    return min(timedelta(seconds=int(text)), WAIT_MAX)


def _detail(body: bytes, url: str) -> str:
    """Give the other side's words on one line, without the parts of our address that are secret."""
    text = body.decode("utf-8", "replace")
    parts = urlsplit(url)
    for piece in (*parts.path.split("/"), *parts.query.replace("=", "&").split("&")):
        if len(piece) >= SECRET_CHARS_MIN:
            text = text.replace(piece, "…")
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line[:DETAIL_CHARS_MAX]


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()
