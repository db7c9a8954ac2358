"""How phrases are compiled and words looked up."""

from dataclasses import replace

from comptoir.core.understanding import Vocabulary, assess, compile_phrasebook

EMPTY = Vocabulary(
    phrases={"return_request": {"en": ("send back the lamp",)}},
    patterns={"invoice_request": {"en": ("invoice*|bill copy",)}},
    opened={},
    false_friends={},
    stopwords={"en": ("the", "back")},
    negations=frozenset({"not"}),
    negation_exceptions=frozenset(),
    conditions=frozenset(),
    subjects=frozenset(),
    retractions=frozenset(),
    contrasts=frozenset(),
    thanks=frozenset(),
    done=frozenset(),
    courtesy=frozenset(),
    request_thanks={},
)


def test_stopwords_may_be_missing_and_others_must_not():
    book = compile_phrasebook(EMPTY)

    assert assess("send lamp", book).intents == ("return_request",)
    assert assess("send it", book).intents == ()
    assert assess("lamp send", book).intents == ()


def test_slots_take_alternatives_and_beginnings():
    book = compile_phrasebook(EMPTY)

    assert assess("invoices: a copy", book).intents == ("invoice_request",)
    assert assess("bill copy", book).intents == ("invoice_request",)
    assert assess("bills copy", book).intents == ()


def test_misspelt_words_are_understood_when_long_enough():
    listing = {"en": ("invoice parcels lamps send",)}
    book = compile_phrasebook(replace(EMPTY, phrases={"invoice_request": listing}, patterns={}))

    assert book.symbols_of("invioce") == ("invoice",)
    assert book.symbols_of("invoce") == ("invoice",)
    assert book.symbols_of("parcells") == ("parcels",)
    assert book.symbols_of("pracels") == ("parcels",)
    assert book.symbols_of("lapms") == ("lamps",)
    assert book.symbols_of("limps") == ()
    assert book.symbols_of("sned") == ()


def test_memory_of_words_is_bounded(monkeypatch):
    monkeypatch.setattr("comptoir.core.understanding.phrasebook.KNOWN_WORDS_MAX", 10)
    book = compile_phrasebook(EMPTY)

    for number in range(100):
        book.symbols_of(f"word{number}")

    assert len(book.known) <= 10
