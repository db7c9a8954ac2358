"""What a buyer's browser sent, as values."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from comptoir.channels.contact_form.submission import FILES_BYTES_MAX, FILES_MAX, Submission
from comptoir.channels.contact_form.wording import accepted, known
from comptoir.inbox.forms.finding import Form
from comptoir.inbox.forms.limits import network


def language_of(request: HttpRequest, form: Form) -> str:
    """Choose: the page's own word, then what the browser likes, then the form's."""
    said = request.POST.get("lang") or request.GET.get("lang") or ""
    return known(said) or accepted(
        request.headers.get("Accept-Language", ""), form.settings.language
    )


def submission(request: HttpRequest, language: str) -> Submission:
    """Give what was typed."""
    values = {name: str(value) for name, value in request.POST.items()}
    return Submission.of(values, _files(request.FILES), language=language)


def host(request: HttpRequest) -> str:
    """Give what attempts are counted by."""
    return network(get_client_ip(request) or "local")


def _files(given: MultiValueDict[str, Any]) -> list[tuple[str, bytes]]:
    """Read the files; of those beyond what is taken only the size matters."""
    read, size = [], 0
    for file in given.getlist("files")[: FILES_MAX + 1]:
        size += int(file.size or 0)
        content = file.read() if size <= FILES_BYTES_MAX else b"\0" * (FILES_BYTES_MAX + 1)
        read.append((str(file.name or ""), content))
    return [(name, content) for name, content in read if content]
