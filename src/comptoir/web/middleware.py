"""Gives each request its person's rights, language and time zone."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.defaults import permission_denied

from comptoir.merchant.models import Person
from comptoir.merchant.models.people import LANGUAGES
from comptoir.merchant.rights import NotAllowed, Rights, rights_of


class PersonMiddleware:
    """Sets `request.rights` (None for a visitor) and speaks the person's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user if isinstance(request.user, Person) else None
        language = person.language if person else _asked_language(request)
        rights: Rights | None = rights_of(person) if person else None
        request.rights = rights  # type: ignore[attr-defined]  # ours, on Django's class
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            if not response.streaming:
                response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show the 403 page when a verb says that this person may not do it."""
        return permission_denied(request, exception) if isinstance(exception, NotAllowed) else None


def _asked_language(request: HttpRequest) -> str:
    known = {code for code, _ in LANGUAGES}
    for part in request.headers.get("Accept-Language", "").split(","):
        code = part.split(";")[0].strip()[:2].lower()
        if code in known:
            return code
    return "en"
