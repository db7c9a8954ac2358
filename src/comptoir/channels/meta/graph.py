"""Asking the Graph API: its errors stand in the body, whatever the status says, and tokens age.

Codes are those of Meta's page on handling errors; subcodes of messaging windows are told by third
parties only, which is why the words of the message count as well.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from comptoir.channels.kernel.around import Around, Token
from comptoir.channels.kernel.http import Answer, ApiError, Http, pages_of
from comptoir.channels.kernel.limits import Rate
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.meta.account import Account

log = logging.getLogger(__name__)

TOKEN_CODES = frozenset({102, 190})
THROTTLED_CODES = frozenset({4, 17, 32, 613, 80002, 80006, 80007})
BUSY_CODES = frozenset({1, 2})
"""Trouble of Meta's own; whether a message left nobody says."""
AGAIN_CODES = frozenset({1200})
WINDOW_SUBCODES = frozenset({2018065, 2018108, 2018278, 2534022})
UNREACHABLE_CODES = frozenset({551})
RENEW_BEFORE = timedelta(days=14)
"""Instagram's tokens last sixty days and can be renewed while they last, not after."""
TRIED_AGAIN = timedelta(hours=6)
PAGE_TOKEN_LASTS = timedelta(days=1)
PAUSE_SECONDS = 60.0
LIST_PAGES_MAX = 200


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of an account. `token` is what was pasted, or Instagram's own, renewed."""

    token: str
    app_secret: str
    sends_proof: bool = False


class GraphAuth:
    """Proves who asks: a page's own token, got with the pasted one, or Instagram's, kept fresh."""

    def __init__(self, account: Account, keys: Keys, around: Around) -> None:
        self._account, self._keys, self._around = account, keys, around

    def apply(self, request: httpx.Request) -> None:
        """Add the token, and its proof where the app asks for one."""
        token = self._token()
        request.headers["authorization"] = f"Bearer {token}"
        if self._keys.sends_proof:
            request.url = request.url.copy_add_param("appsecret_proof", proof(self._keys, token))

    def renew(self) -> bool:
        """Get a new token in place of a refused one; only a page has one to be had."""
        if not self._account.is_page:
            return False
        return bool(self._page_token())

    def _token(self) -> str:
        kept = self._around.tokens.get(_name(self._keys.token))
        now = self._around.now()
        if self._account.is_page:
            return kept.value if kept and kept.ends_at > now else self._page_token()
        if kept is None or kept.ends_at - RENEW_BEFORE <= now:
            return self._renewed(kept)
        return kept.value

    def _page_token(self) -> str:
        """Ask for the page's token with the pasted one, which is a system user's or the page's."""
        asked = {"fields": "access_token"}
        answer = self._ask(self._account.path(self._account.page_id), asked, self._keys.token)
        value = str(answer.get("access_token") or self._keys.token)
        ends_at = self._around.now() + PAGE_TOKEN_LASTS
        self._around.tokens.put(_name(self._keys.token), Token(value, ends_at))
        return value

    def _renewed(self, kept: Token | None) -> str:
        """Renew Instagram's token; while it is a day young Meta does not, and it serves as it is."""
        old = kept.value if kept else self._keys.token
        asked = {"grant_type": "ig_refresh_token", "access_token": old}
        try:
            answer = self._ask("/refresh_access_token", asked, old)
        except ChannelError as error:
            log.warning("Instagram's token could not be renewed yet: %s", error.code)
            self._keep(old, TRIED_AGAIN + RENEW_BEFORE)
            return old
        value, seconds = str(answer.get("access_token") or old), _seconds(answer)
        if seconds:
            self._keep(value, timedelta(seconds=seconds))
            self._around.note_end("access_token", self._around.now() + timedelta(seconds=seconds))
        if value != self._keys.token:
            self._around.keep_secret("access_token", value)
        return value

    def _keep(self, value: str, lasts: timedelta) -> None:
        """Keep a token under the pasted one and under itself, which is pasted in its place."""
        token = Token(value, self._around.now() + lasts)
        for name in {_name(self._keys.token), _name(value)}:
            self._around.tokens.put(name, token)

    def _ask(self, path: str, params: Mapping[str, str], token: str) -> Mapping[str, Any]:
        http = Http(self._account.base_url, self._around)
        more = {"appsecret_proof": proof(self._keys, token)} if self._keys.sends_proof else {}
        try:
            answer = http.read(
                "token", path, params={**params, **more},
                headers={"authorization": f"Bearer {token}"},
            ).json()  # fmt: skip
        except ApiError as error:
            raise meant(error) from error
        finally:
            http.close()
        return answer if isinstance(answer, dict) else {}


class Graph:
    """One account at the Graph API."""

    def __init__(
        self,
        account: Account,
        keys: Keys,
        around: Around,
        rates: Mapping[str, Rate],
        *,
        timeout_seconds: float = 30.0,
    ) -> None:
        self.account, self._around = account, around
        self._auth = GraphAuth(account, keys, around)
        self._http = Http(
            account.base_url, around, auth=self._auth, rates=rates, timeout_seconds=timeout_seconds
        )

    def read(self, operation: str, *path: str, **params: Any) -> Mapping[str, Any]:
        """Ask for something. Raises `ApiError`."""
        return self._read(operation, self.account.path(*path), params)

    def every(self, operation: str, *path: str, **params: Any) -> Iterator[list[Mapping[str, Any]]]:
        """Give an edge page by page, as its cursors lead on. Raises `ApiError`."""
        after = ""
        for _ in range(LIST_PAGES_MAX):
            asked = {**params, **({"after": after} if after else {})}
            answer = self._read(operation, self.account.path(*path), asked)
            found = list(pages_of(answer, "data"))
            yield found
            before, after = after, following(answer)
            if not found or not after or after == before:
                return

    def write(self, operation: str, *path: str, **more: Any) -> Mapping[str, Any]:
        """Ask for something to be done, once. Raises `ApiError`."""
        address = self.account.path(*path)
        try:
            answer = self._http.write(operation, address, **more)
        except ApiError as error:
            said = meant(error)
            if said.code != "consent_revoked" or error.status == 401 or not self._renews():
                raise self._noted(operation, said) from error
            try:
                answer = self._http.write(operation, address, **more)
            except ApiError as again:
                raise self._noted(operation, meant(again)) from again
        return _told(answer)

    def close(self) -> None:
        """Let go of sockets."""
        self._http.close()

    def _read(self, operation: str, address: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        for may_renew in (True, False):
            try:
                answer = self._http.read(operation, address, params=dict(params)).json()
            except ApiError as error:
                said = meant(error)
                renews = may_renew and said.code == "consent_revoked" and error.status != 401
                if not renews or not self._renews():
                    raise self._noted(operation, said) from error
            else:
                break
        return answer if isinstance(answer, dict) else {}

    def _renews(self) -> bool:
        """Renew a token that was refused with another status than 401: Meta says 400, too."""
        return self._auth.renew()

    def _noted(self, operation: str, error: ApiError) -> ApiError:
        """Rest after a throttling that came without status 429."""
        if error.code == "throttled" and error.status != httpx.codes.TOO_MANY_REQUESTS:
            self._around.limiter.pause(operation, PAUSE_SECONDS)
        return error


def _name(token: str) -> str:
    """Name what was got with a token, so that another one that is pasted starts anew."""
    return "access-" + hashlib.sha256(token.encode()).hexdigest()[:12]


def proof(keys: Keys, token: str) -> str:
    """Give `appsecret_proof`, which apps can be told to ask for (Securing Graph API calls)."""
    return hmac.new(keys.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def meant(error: ApiError) -> ApiError:
    """Give an error the code that its body asks for: Graph answers 400 for most of them."""
    told = _error_of(error.answer)
    if not told:
        return error
    code, subcode = _number(told.get("code")), _number(told.get("error_subcode"))
    words = str(told.get("message") or "")
    name, permanent = _meaning(code, subcode, words)
    if not name:
        return error
    return ApiError(
        name,
        f"{code}/{subcode} {words}"[:300],
        status=error.status,
        permanent=permanent,
        may_have_arrived=code in BUSY_CODES,
        retry_after_seconds=error.retry_after_seconds,
        answer=error.answer,
    )


def following(answer: Mapping[str, Any]) -> str:
    """Give the cursor of the next page; empty where `paging` names none."""
    paging = answer.get("paging") if isinstance(answer, dict) else None
    if not isinstance(paging, dict) or not paging.get("next"):
        return ""
    cursors = paging.get("cursors")
    return str(cursors.get("after") or "") if isinstance(cursors, dict) else ""


def _meaning(code: int, subcode: int, words: str) -> tuple[str, bool]:
    if subcode in WINDOW_SUBCODES or "outside of allowed window" in words:
        return "window_closed", True
    if code in TOKEN_CODES:
        return "consent_revoked", True
    if code in THROTTLED_CODES:
        return "throttled", False
    if code in BUSY_CODES | AGAIN_CODES:
        return "server_error", False
    if code in UNREACHABLE_CODES:
        return "buyer_unreachable", True
    if code == 10 or 200 <= code <= 299 or code == 368:
        return "forbidden", True
    return "", False


def _error_of(content: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(content)
    except ValueError:
        return {}
    found = told.get("error") if isinstance(told, dict) else None
    return found if isinstance(found, dict) else {}


def _told(answer: Answer) -> Mapping[str, Any]:
    """Read what was done; an answer that is none says nothing, and it was done all the same."""
    try:
        told = answer.json()
    except ApiError:
        return {}
    return told if isinstance(told, dict) else {}


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _seconds(answer: Mapping[str, Any]) -> float:
    value = answer.get("expires_in")
    return float(value) if isinstance(value, int | float) and value > 0 else 0.0
