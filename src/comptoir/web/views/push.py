"""The addresses at which vendors push their news."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comptoir.channels.kernel.protocol import Call, ChannelError, Forged
from comptoir.inbox import pushing
from comptoir.storage import clock

log = logging.getLogger(__name__)

FORGED_STATUS, LATER_STATUS = 401, 503


@csrf_exempt  # signed by the vendor, which has no session here
@require_http_methods(["GET", "POST"])
def push(request: HttpRequest, key: str) -> HttpResponse:
    """Take one push in, and answer as the vendor expects: fast, before anything is read."""
    now = clock.now()
    call = Call(
        method=request.method or "POST",
        query={name: str(value) for name, value in request.GET.items()},
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
        received_at=now,
        url=request.build_absolute_uri(request.path),
    )
    try:
        pushed = pushing.receive(key, call, now=now)
    except pushing.NoSuchPush:
        return HttpResponse(status=404)
    except Forged as error:
        log.warning("a push was refused: %s", error.detail)
        return HttpResponse(status=FORGED_STATUS)
    except ChannelError as error:
        log.warning("a push could not be taken: %s", error.code)
        return HttpResponse(status=LATER_STATUS)
    return HttpResponse(pushed.body, status=pushed.status, content_type=pushed.content_type)
