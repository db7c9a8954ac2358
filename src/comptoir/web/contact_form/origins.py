"""From which site a request comes, and where a page of ours may be framed."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from comptoir.channels.contact_form.settings import FormSettings

From = Literal["us", "allowed", "unsaid", "foreign"]


def comes_from(request: HttpRequest, allowed: FormSettings) -> From:
    """Tell where a form was filled in. Browsers that keep it to themselves say nothing."""
    origin = request.headers.get("Origin", "")
    if origin in ("", "null"):
        referer = urlsplit(request.headers.get("Referer", ""))
        origin = f"{referer.scheme}://{referer.netloc}" if referer.netloc else ""
    origin = origin.lower()
    if not origin:
        return "unsaid"
    if origin in (own_origin(), f"{request.scheme}://{request.get_host()}"):
        return "us"
    return "allowed" if origin in allowed.origins else "foreign"


def own_origin() -> str:
    """Give the desk's own origin."""
    parts = urlsplit(settings.URL)
    return f"{parts.scheme}://{parts.netloc}".lower()


def framed_by(response: HttpResponse, allowed: FormSettings) -> HttpResponse:
    """Let the allowed sites show a page in a frame, and no other."""
    response._csp_replace = {  # type: ignore[attr-defined]  # read by django-csp
        "frame-ancestors": ["'self'", *allowed.origins]
    }
    response.xframe_options_exempt = True  # CSP says it better
    return private(response)


def private(response: HttpResponse) -> HttpResponse:
    """Keep a page out of caches and search engines, and its address to itself."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
