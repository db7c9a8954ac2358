"""The one line of script that puts the form onto a page of the merchant's site."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from comptoir.channels.contact_form.wording import LANGUAGES, wordings
from comptoir.inbox.forms.finding import NoForm, by_key
from comptoir.web.assets import OWN

SCRIPT = OWN / "form" / "embed.js"
KEPT = "public, max-age=3600"


@require_GET
def script(request: HttpRequest, key: str) -> HttpResponse:
    """Serve the script with this form's address in it. It is the same for every site."""
    try:
        form = by_key(key)
    except NoForm:
        return HttpResponse("// no such form\n", status=404, content_type="text/javascript")
    values = {
        "src": f"{settings.URL}/form/{form.key}",
        "titles": {code: wordings()[code].open_form for code in LANGUAGES},
        "language": form.settings.language,
        "origins": list(form.settings.origins),
    }
    text = _source().replace("__FORM__", json.dumps(values, ensure_ascii=False))
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = KEPT
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _source() -> str:
    return Path(SCRIPT).read_text(encoding="utf-8")
