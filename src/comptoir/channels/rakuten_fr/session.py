"""Asking Rakuten France's web service, whose token travels in the address.

Whatever is raised or logged has the token taken out: errors of a web server quote the address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, quote_plus

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import ApiError, Http
from comptoir.channels.kernel.limits import Rate
from comptoir.channels.kernel.xml_answers import Element, parsed, text

PATH = "/sales_ws"
VERSIONS = {
    "getitemtodolist": "2011-09-01",
    "getiteminfos": "2017-08-07",
    "contactuseraboutitem": "2011-02-02",
    "contactusaboutitem": "2011-09-01",
    "getnewsales": "2017-08-07",
    "getcurrentsales": "2021-10-29",
}
"""As the documentation's pages name them; a setting may name others."""
ABOUT_KEYS = re.compile(r"\b(auth\w*|login|pwd|password|mot de passe)\b", re.IGNORECASE)
HIDDEN = "…"


class Session:
    """One seller at the web service."""

    def __init__(
        self,
        base_url: str,
        login: str,
        token: str,
        around: Around,
        rates: Mapping[str, Rate],
        versions: Mapping[str, str],
    ) -> None:
        self._login = login
        self._token = token
        self._versions = {**VERSIONS, **versions}
        self._http = Http(base_url, around, rates=rates)

    def read(self, action: str, **more: str) -> Element:
        """Ask for something; harmless to repeat. Raises `ApiError`."""
        try:
            answer = self._http.read(action, PATH, params=self._query(action, more))
            return _checked(action, answer.content)
        except ApiError as error:
            raise self._cleaned(error) from None

    def write(self, action: str, **more: str) -> Element:
        """Ask for something to be done, once. Raises `ApiError`."""
        try:
            answer = self._http.write(action, PATH, method="GET", params=self._query(action, more))
            try:
                return _checked(action, answer.content)
            except ApiError as error:
                error.may_have_arrived = error.code in ("bad_answer", "server_error")
                raise
        except ApiError as error:
            raise self._cleaned(error) from None

    def close(self) -> None:
        """Let go of sockets."""
        self._http.close()

    def _query(self, action: str, more: Mapping[str, str]) -> dict[str, str]:
        return {
            "action": action,
            "login": self._login,
            "pwd": self._token,
            "version": self._versions[action],
            **more,
        }

    def _cleaned(self, error: ApiError) -> ApiError:
        """Give the same error without the token, however it is spelled in an address."""
        detail, answer = error.detail, error.answer
        for spelled in {self._token, quote(self._token), quote_plus(self._token)}:
            if spelled:
                detail = detail.replace(spelled, HIDDEN)
                answer = answer.replace(spelled.encode(), HIDDEN.encode())
        return ApiError(
            error.code,
            detail,
            status=error.status,
            permanent=error.permanent,
            may_have_arrived=error.may_have_arrived,
            retry_after_seconds=error.retry_after_seconds,
            answer=answer,
        )


def _checked(action: str, content: bytes) -> Element:
    """Read an answer; `errorresponse` says whose fault it is (`Sender`, or the vendor's own)."""
    root = parsed(content)
    if root.tag != "errorresponse":
        return root
    error = root.find("error") if root.find("error") is not None else root
    parts = (text(error, "code"), text(error, "message"), text(error, "details"))
    words = f"{action}: " + " – ".join(part for part in parts if part)
    if text(error, "type").lower() not in ("", "sender"):
        raise ApiError("server_error", words, status=200, answer=content)
    code = "auth_failed" if ABOUT_KEYS.search(words) else "request_refused"
    raise ApiError(code, words, status=200, permanent=True, answer=content)
