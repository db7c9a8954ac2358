"""What a program is told when it does not get what it asked for: one shape for everything.

    {"error": {"code": "not_found", "message": "…", "fields": [{"field": "status", "message": "…"}]}}

`message` says what to do; `fields` is there when parameters are at fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from comptoir.core.refusals import Refusal
from comptoir.merchant.rights import NotAllowed
from comptoir.tickets.queries import NoSuchTicket

COME_IN = (
    'Send a token in the header "Authorization: Bearer TOKEN".'
    " An administrator makes one under Settings, API."
)


class FieldError(Schema):
    """What is wrong with one parameter."""

    field: str
    message: str


class Problem(Schema):
    """What went wrong, for a program (`code`) and for a person (`message`)."""

    code: str
    message: str
    fields: list[FieldError] = []


class Failure(Schema):
    """The answer to a request that failed."""

    error: Problem


class Declined(Exception):  # noqa: N818 -- the answer is no; nothing has gone wrong here
    """End a request with that status, code and message."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = dict(headers or {})


def install(api: NinjaAPI) -> None:
    """Let every failure of the interface take the one shape."""

    def answer(
        request: HttpRequest, status: int, code: str, message: str, **more: Any
    ) -> HttpResponse:
        body = {"error": {"code": code, "message": message, "fields": more.get("fields", [])}}
        return api.create_response(request, body, status=status)

    @api.exception_handler(Declined)
    def declined(request: HttpRequest, found: Declined) -> HttpResponse:
        response = answer(request, found.status, found.code, found.message)
        for name, value in found.headers.items():
            response[name] = value
        return response

    @api.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, found: AuthenticationError) -> HttpResponse:
        response = answer(request, 401, "token_missing", COME_IN)
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(NoSuchTicket)
    def no_ticket(request: HttpRequest, found: NoSuchTicket) -> HttpResponse:
        message = f"There is no ticket {found}, or this token may not see its channel."
        return answer(request, 404, "not_found", message)

    @api.exception_handler(NotAllowed)
    def not_allowed(request: HttpRequest, found: NotAllowed) -> HttpResponse:
        message = "The role of this token does not allow this; make one with more rights."
        return answer(request, 403, "not_allowed", message)

    @api.exception_handler(Refusal)
    def refused(request: HttpRequest, found: Refusal) -> HttpResponse:
        return answer(request, 422, "refused", str(found))

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, found: ValidationError) -> HttpResponse:
        fields = [_field_error(error) for error in found.errors]
        message = "; ".join(f"{one['field']}: {one['message']}" for one in fields)
        return answer(request, 422, "invalid", message, fields=fields)

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, found: HttpError) -> HttpResponse:
        return answer(request, found.status_code, "failed", str(found))


def told_alike(api: NinjaAPI, pattern: URLPattern | URLResolver) -> URLPattern | URLResolver:
    """Let an address tell other methods than its own in the one shape, too."""
    if isinstance(pattern, URLResolver):
        return pattern
    view = pattern.callback

    @wraps(view)
    def shaped(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        response: HttpResponse = view(request, *args, **values)
        if response.status_code != 405:
            return response
        message = f"This address takes {response['Allow']}, not {request.method}."
        body = {"error": {"code": "method_not_allowed", "message": message, "fields": []}}
        answer = api.create_response(request, body, status=405)
        answer["Allow"] = response["Allow"]
        return answer

    pattern.callback = shaped
    return pattern


def _field_error(error: Mapping[str, Any]) -> dict[str, str]:
    """Name the parameter at fault; the first part of its place says only where it stood."""
    place = [str(part) for part in error.get("loc", ())]
    return {"field": ".".join(place[1:]) or "body", "message": str(error.get("msg", ""))}
