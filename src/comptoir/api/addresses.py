"""The interface as one: its rooms, its door, its failures; Django takes `urlpatterns` from it."""

from __future__ import annotations

from typing import NoReturn

from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI, Router

from comptoir.api import channels, clocks, errors, exchange, guide, tickets
from comptoir.api.tokens import Token

api = NinjaAPI(
    title="Comptoir",
    version="1",
    description="Tickets, their clocks with explanations, channels and policies; own channels.",
    urls_namespace="api",
    docs_url=None,  # its pages want scripts that our content security policy does not let in
    auth=Token(),
)
nowhere = Router()


@nowhere.api_operation(
    ["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", include_in_schema=False
)
def nothing_here(request: HttpRequest, rest: str) -> NoReturn:
    """Answer in the one shape where there is nothing."""
    raise errors.Declined(
        404, "not_found", f"There is nothing at /api/v1/{rest}; /api/v1/docs lists what there is."
    )


errors.install(api)
api.add_router("tickets", tickets.router)
api.add_router("tickets", clocks.router)
api.add_router("", channels.router)
api.add_router("connections", exchange.router)
api.add_router("", nowhere)  # the last one: it takes whatever is left

urlpatterns = [
    path("docs", guide.show, {"api": api}, name="api_guide"),
    path("", ([errors.told_alike(api, pattern) for pattern in api.urls[0]], *api.urls[1:])),
]
