"""The Jinja2 environment of all own pages, and what every page shows around itself."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment
from markupsafe import Markup

from comptoir.web import texts
from comptoir.web.accounts import tabs
from comptoir.web.assets import address
from comptoir.web.present import days, mentions, variables
from comptoir.web.present.evidence import reasons
from comptoir.web.present.keys import for_scripts
from comptoir.web.present.names import channel_name
from comptoir.web.settings_pages.apis import words as api_words
from comptoir.web.shell import Shell
from comptoir.web.stacking import stacked


def environment(**options: Any) -> Environment:
    """Make the environment: translations, addresses, files, icons."""
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    made = Environment(**options, extensions=["jinja2.ext.i18n"])  # noqa: S701 - Django turns autoescape on
    made.globals.update(static=address, url=address_of, icon=icon)
    made.globals.update(channel_name=channel_name, recognised_by=reasons)
    made.globals.update(mentioning=mentions.marked, plain_day=days.plain_day)
    made.globals.update(current_language=translation.get_language)
    made.globals.update(variable_labels=variables.labels)
    made.globals.update(keys_for_scripts=for_scripts)
    made.globals.update(api_problem=api_words.problem)
    made.globals.update(settings_tabs=tabs.of_settings, own_tabs=tabs.of_oneself)
    made.filters["stacked"] = stacked
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        texts.said,
        texts.counted,
        newstyle=False,  # which looks a text up and marks it safe anew each time it is shown
        pgettext=texts.said_as,
        npgettext=texts.counted_as,
    )
    made.globals["_"] = texts.said
    return made


def address_of(name: str, *args: Any, **named: Any) -> str:
    """Give the address of a page: `url('ticket', 7)` or `url('ticket', ticket_id=7)`."""
    return reverse(name, args=args or None, kwargs=named or None)


@lru_cache(maxsize=512)
def icon(name: str, label: str = "") -> Markup:
    """Draw a symbol of `icons.svg`; with a label it speaks, without one it is decoration."""
    file = f"{address('icons.svg')}#{name}"
    if label:
        return Markup(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>'
        ).format(label, file)
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>').format(file)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give what every page shows around itself."""
    return {
        "person": request.user,
        "rights": getattr(request, "rights", None),
        "shell": Shell(request),
        "get_messages": partial(messages.get_messages, request),
    }
