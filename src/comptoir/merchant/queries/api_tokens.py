"""Reading tokens of the JSON interface: the list, and whose a token is that a program brings."""

from __future__ import annotations

from comptoir.merchant import links
from comptoir.merchant.models import ApiToken


def api_tokens() -> list[ApiToken]:
    """List all tokens: those that work first, then the newest first."""
    found = ApiToken.objects.select_related("made_by").order_by("-made_at", "-id")
    return sorted(found, key=lambda token: not token.works())


def api_token(text: str) -> ApiToken | None:
    """Find a token by its text, whether it still works or not."""
    found = ApiToken.objects.select_related("made_by").filter(token_sha256=links.hashed(text))
    return found.first()
