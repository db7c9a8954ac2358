"""Talking to Fnac's API: the token that goes into each document, and errors inside HTTP 200."""

from __future__ import annotations

import re
from datetime import timedelta

from comptoir.channels.fnac import documents
from comptoir.channels.kernel.around import Around, Token
from comptoir.channels.kernel.http import ApiError, Http
from comptoir.channels.kernel.limits import Rate
from comptoir.channels.kernel.oauth import EARLY
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.kernel.windows import moment
from comptoir.channels.kernel.xml_answers import Element, parsed, text

TOKEN_NAME = "access"  # noqa: S105 - the name under which it is kept
TOKEN_LASTS = timedelta(minutes=30)
"""Taken where the answer gives no `validity`."""
GOOD = ("OK", "ACTIVE", "RUNNING", "WARNING")
ABOUT_TOKEN = re.compile(r"\b(token|session|auth\w*|jeton)\b", re.IGNORECASE)
"""What an error on an ended token speaks of. The vendor publishes no list of codes [unsure]."""
XML = {"content-type": "text/xml; charset=utf-8", "accept": "text/xml, application/xml"}


class Session:
    """One shop at Fnac's API."""

    def __init__(
        self,
        base_url: str,
        ids: tuple[str, str, str],
        around: Around,
        rates: dict[str, Rate],
    ) -> None:
        self._partner_id, self._shop_id, self._key = ids
        self._around = around
        self._http = Http(base_url, around, rates=rates, headers=XML)

    def read(self, service: str, root: Element) -> Element:
        """Ask for something; harmless to repeat. Raises `ChannelError`."""
        return self._call(service, root, is_write=False)

    def write(self, service: str, root: Element) -> Element:
        """Ask for something to be done, once. Raises `ChannelError`."""
        return self._call(service, root, is_write=True)

    def close(self) -> None:
        """Let go of sockets."""
        self._http.close()

    def _call(self, service: str, root: Element, *, is_write: bool) -> Element:
        try:
            return self._try(service, root, self._token(), is_write=is_write)
        except ApiError as error:
            if error.code != "auth_failed":
                raise
        return self._try(service, root, self._renewed(), is_write=is_write)

    def _try(self, service: str, root: Element, token: str, *, is_write: bool) -> Element:
        content = documents.signed(
            root, partner_id=self._partner_id, shop_id=self._shop_id, token=token
        )
        if not is_write:
            return _checked(
                self._http.read(service, service, method="POST", content=content).content
            )
        answer = self._http.write(service, service, content=content).content
        try:
            return _checked(answer)
        except ApiError as error:
            error.may_have_arrived = error.code in ("bad_answer", "server_error")
            raise

    def _token(self) -> str:
        kept = self._around.tokens.get(TOKEN_NAME)
        if kept is not None and kept.ends_at - EARLY > self._around.now():
            return kept.value
        return self._renewed()

    def _renewed(self) -> str:
        content = documents.written(documents.auth(self._partner_id, self._shop_id, self._key))
        try:
            root = _checked(self._http.read("auth", "auth", method="POST", content=content).content)
        except ApiError as error:
            raise _of_keys(error) from error
        value = text(root, "token")
        if not value:
            raise ChannelError("token_invalid", "Fnac’s API gave no token.")
        now = self._around.now()
        ends_at = moment(text(root, "validity")) or now + TOKEN_LASTS
        if ends_at - EARLY <= now:  # the vendor's clock, or its zone, is off
            ends_at = now + TOKEN_LASTS
        self._around.tokens.put(TOKEN_NAME, Token(value, ends_at))
        return value


def said(element: Element) -> str:
    """Give the errors of an element in the vendor's words: `ERR_1 …; ERR_2 …`."""
    errors = element.findall("error")
    return "; ".join(f"{one.get('code', '')} {text(one)}".strip() for one in errors)


def _checked(content: bytes) -> Element:
    """Read an answer, whose status may say that it is an error. Raises `ApiError`."""
    root = parsed(content)
    status = (root.get("status") or "OK").upper()
    words = said(root)
    if status in GOOD or root.find("message[@status]") is not None:
        return root  # of several messages each says for itself what became of it
    if ABOUT_TOKEN.search(words):
        raise ApiError("auth_failed", words, status=200, permanent=True, answer=content)
    if status == "FATAL":
        raise ApiError("server_error", words or status, status=200, answer=content)
    raise ApiError("request_refused", words or status, status=200, permanent=True, answer=content)


def _of_keys(error: ApiError) -> ChannelError:
    """Tell keys that are wrong from a vendor that is busy: `auth` answers both with HTTP 200."""
    if error.code not in ("auth_failed", "request_refused"):
        return error
    words = f"Fnac does not accept partner, shop and key: {error.detail}"
    return ChannelError("auth_failed", words, permanent=True)
