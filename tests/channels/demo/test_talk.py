"""The scripts are in order: enough of them, every slot filled, no two alike."""

from __future__ import annotations

import pytest
from tests.channels.demo.conftest import NOON, order_of

from comptoir.channels.demo.goods import LANGUAGES, articles, words_for
from comptoir.channels.demo.orders import Buyer
from comptoir.channels.demo.talk import POOLS, STATES, ScriptError, pool, stories
from comptoir.channels.demo.voice import agents_words, buyers_words, day


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_many_buyers_who_write_differently(language: str) -> None:
    openings = [story.turns[0].text for story in stories(language)]

    assert len(openings) >= 30
    assert len(set(openings)) == len(openings)
    assert len({text[:25].lower() for text in openings}) > len(openings) * 0.85


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_turn_can_be_said_about_every_article_it_fits(language: str) -> None:
    buyer = Buyer("Nadia", "Keller", "f", language, "DE", "n.keller@postfach.example")
    for story in stories(language):
        assert story.state in STATES
        fitting = [a for a in articles().values() if a.is_any_of(story.about)]
        assert fitting, story.id
        for article in fitting:
            order = order_of("shopify", sku=article.sku, buyer=buyer, state=story.state)
            for turn in story.turns:
                said = agents_words(turn.text, order, agent="Inès Moreau", at=NOON)
                assert "{" not in said, story.id
    for name in POOLS:
        assert pool(language, name)


def test_articles_agree_with_their_nouns() -> None:
    assert words_for(articles()["FL-LOF-04"], "fr")["mon"] == "mon applique"
    assert words_for(articles()["MP-COC-24"], "fr")["du"] == "de la cocotte"
    assert words_for(articles()["MP-COC-24"], "de")["den"] == "den Bräter"
    assert words_for(articles()["MP-SAL-04"], "it")["del"] == "dell'insalatiera"
    assert words_for(articles()["MP-BOU-17"], "es")["del"] == "del hervidor"
    assert words_for(articles()["MP-MOU-18"], "en")["a"] == "a pepper mill"


def test_days_are_written_as_people_do() -> None:
    first = NOON.date().replace(day=1)

    assert [day(first, language) for language in ("fr", "de", "es", "en")] == [
        "1er mars",
        "1. März",
        "1 de marzo",
        "1 March",
    ]


def test_the_same_key_gives_the_same_words_and_another_key_others() -> None:
    order = order_of("shopify")
    text = "Bonjour,\nje souhaite savoir quand la cocotte sera livrée chez moi à Lyon."

    said = {buyers_words(text, order, f"key{n}", NOON) for n in range(30)}

    assert buyers_words(text, order, "key0", NOON) in said
    assert len(said) > 5


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ScriptError, match="'nl'"):
        stories("nl")
