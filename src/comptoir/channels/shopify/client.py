"""Asking Shopify's GraphQL: the version in the path, points instead of calls, errors inside a 200.

A shop has a bucket of points that fills evenly. Each answer says what is left of it
(`extensions.cost.throttleStatus`), so the next question waits until what it costs is there again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import Answer, ApiError, Auth, Http, pages_of
from comptoir.channels.kernel.limits import Rate
from comptoir.channels.kernel.protocol import ChannelError

ALL = "*"
REPEATS = 3
WAIT_SECONDS = 2.0
"""How long to rest after a refusal for cost that does not say what is left."""
REFUSALS = {
    "ACCESS_DENIED": ("forbidden", True),
    "SHOP_INACTIVE": ("forbidden", True),
    "THROTTLED": ("throttled", False),
    "THROTTLED_DURING_CHECKOUT": ("throttled", False),
    "MAX_COST_EXCEEDED": ("too_costly", True),
    "INTERNAL_SERVER_ERROR": ("server_error", False),
    "TIMEOUT": ("server_error", False),
}
"""Shopify's words in `errors[].extensions.code` (shopify.dev, GraphQL Admin, status and error codes)."""
SHOP_STATES = {402: "The shop is frozen: it has not paid its plan.", 423: "The shop is locked."}


class Client:
    """One shop's GraphQL address."""

    def __init__(
        self,
        base_url: str,
        version: str,
        around: Around,
        *,
        auth: Auth,
        rates: Mapping[str, Rate],
        timeout_seconds: float = 30.0,
    ) -> None:
        self._around = around
        self._http = Http(base_url, around, auth=auth, rates=rates, timeout_seconds=timeout_seconds)
        self._path = f"/admin/api/{version}/graphql.json"
        self.vendor_now: datetime | None = None
        """Shopify's own time of the last answer; its clock and ours need not agree."""

    def ask(self, operation: str, query: str, **variables: Any) -> Mapping[str, Any]:
        """Ask for something; harmless to repeat, and repeated where the shop has no points left.

        Raises `ApiError`.
        """
        body = {"query": query, "variables": variables}
        for last in (*(False,) * (REPEATS - 1), True):
            answer = self._http.read(operation, self._path, method="POST", json=body)
            try:
                return self._data(answer)
            except ApiError as error:
                if last or error.code not in ("throttled", "server_error"):
                    raise
        raise AssertionError("unreachable")

    def pages(
        self, operation: str, query: str, name: str, **variables: Any
    ) -> Iterator[list[Mapping[str, Any]]]:
        """Give the nodes of a connection, a page at a time, until it says that there is no next."""
        after: str | None = None
        while True:
            try:
                found = object_in(self.ask(operation, query, after=after, **variables), name)
            except ApiError as error:
                if error.code != "too_costly" or variables.get("first", 1) < 2:
                    raise
                variables["first"] //= 2
                continue
            yield list(pages_of(found, "nodes"))
            info = object_in(found, "pageInfo")
            following = info.get("endCursor") if info.get("hasNextPage") else None
            if not following or following == after:
                return
            after = str(following)

    def change(self, operation: str, query: str, **variables: Any) -> Mapping[str, Any]:
        """Ask for something to be done, once. Raises `ApiError`."""
        body = {"query": query, "variables": variables}
        return self._data(self._http.write(operation, self._path, json=body))

    def close(self) -> None:
        """Let go of sockets."""
        self._http.close()

    def _data(self, answer: Answer) -> Mapping[str, Any]:
        """Give what was asked for, and note what is left of the shop's points."""
        self.vendor_now = _moment(answer.headers) or self.vendor_now
        value = answer.json()
        if not isinstance(value, dict):
            raise ApiError("bad_answer", "no object", status=answer.status)
        seconds = missing_seconds(value)
        data = value.get("data")
        errors = value.get("errors")
        if errors and not is_partial(data, errors):
            error = refusal(errors, answer.status)
            if error.code == "throttled":
                self._around.limiter.pause(ALL, seconds or WAIT_SECONDS)
            raise error
        if seconds:
            self._around.limiter.pause(ALL, seconds)
        if not isinstance(data, dict):
            raise ApiError("bad_answer", "no data", status=answer.status)
        return data


def object_in(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give what an answer holds under a name; empty where that is no object."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


class StaticAuth:
    """Proves who asks by a token that stays as it is."""

    def __init__(self, token: str) -> None:
        self._token = token

    def apply(self, request: httpx.Request) -> None:
        """Add the token."""
        request.headers["x-shopify-access-token"] = self._token

    def renew(self) -> bool:
        """Give up: a token that was refused stays refused."""
        return False


def missing_seconds(value: Mapping[str, Any]) -> float:
    """Tell how long until a question that costs the same as this one is affordable; 0.0 for now."""
    try:
        cost = value["extensions"]["cost"]
        status = cost["throttleStatus"]
        needed, left = float(cost["requestedQueryCost"]), float(status["currentlyAvailable"])
        needed = min(needed, float(status["maximumAvailable"]))
        return max(0.0, needed - left) / max(float(status["restoreRate"]), 1.0)
    except (KeyError, TypeError, ValueError):
        return 0.0


def is_partial(data: object, errors: object) -> bool:
    """Tell whether only fields within the answer were refused, such as a customer's personal data.

    What was asked for is there then, with nothing in those places.
    """
    if not isinstance(data, dict) or all(value is None for value in data.values()):
        return False
    found = errors if isinstance(errors, list) else []
    return bool(found) and all(
        isinstance(one, dict)
        and isinstance(one.get("path"), list)
        and len(one["path"]) > 1
        and (one.get("extensions") or {}).get("code") == "ACCESS_DENIED"
        for one in found
    )


def refusal(errors: object, status: int) -> ApiError:
    """Turn the errors of an answer into one of ours, the gravest first known."""
    found = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    words = "; ".join(str(one.get("message", "")) for one in found) or str(errors)
    for one in found:
        extensions = one.get("extensions")
        code = extensions.get("code") if isinstance(extensions, dict) else None
        if code is None and one.get("message") == "Throttled":
            code = "THROTTLED"
        if code in REFUSALS:
            ours, permanent = REFUSALS[code]
            return ApiError(ours, words[:300], status=status, permanent=permanent)
    return ApiError("request_refused", words[:300], status=status, permanent=True)


def in_words(error: ApiError) -> ChannelError:
    """Say what Shopify's own statuses mean for the merchant."""
    if words := SHOP_STATES.get(error.status):
        return ApiError("forbidden", words, status=error.status, permanent=True)
    return error


def _moment(headers: Mapping[str, str]) -> datetime | None:
    try:
        found = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
