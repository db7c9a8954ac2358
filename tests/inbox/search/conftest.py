"""The small shop of the page tests, and a search that is brought up to date first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from tests.web.shop import NOW, Shop, open_shop

from comptoir.inbox.search import indexing, vocabulary
from comptoir.inbox.search.asking import read
from comptoir.inbox.search.finding import Found, find
from comptoir.merchant.models import Person
from comptoir.merchant.rights import rights_of

Search = Callable[..., Found]


@pytest.fixture
def shop(db: None) -> Shop:
    """The shop on a Saturday evening."""
    return open_shop(NOW)


@pytest.fixture
def search(shop: Shop) -> Search:
    """Search as somebody, after everything was indexed."""

    def ask(text: str, by: Person | None = None, **options: object) -> Found:
        while indexing.step():
            pass
        vocabulary.days(anew=True)
        question = read(text, today=date(2026, 11, 21))
        return find(question, rights_of(by or shop.camille), zone="Europe/Paris", **options)  # type: ignore[arg-type]

    return ask
