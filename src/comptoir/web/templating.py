"""The Jinja2 environment of all own pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment


def environment(**options: Any) -> Environment:
    """Make the environment: translations, addresses, static files."""
    made = Environment(**options, extensions=["jinja2.ext.i18n"])  # noqa: S701 - Django turns autoescape on
    made.globals.update(static=static, url=reverse)
    made.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        translation.gettext, translation.ngettext, newstyle=True
    )
    return made


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give what every page shows around itself."""
    return {"person": request.user, "rights": getattr(request, "rights", None)}
