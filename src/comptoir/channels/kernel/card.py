"""A channel's card: what it can do and what connecting it takes, in one file beside the connector.

Settings pages, the composer and the capability matrix (`docs/channels.md`) are made from the cards,
so that a new channel is one folder. Words a person reads stand there in every language of the desk.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import msgspec

from comptoir.channels.kernel.limits import Rate

LANGUAGES = ("en", "fr", "de")
In = Literal["api", "push", "mail", "form", "none"]
Out = Literal["api", "mail", "portal", "none"]
Proof = Literal["vendor specification", "vendor documentation", "third party", "ours"]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same sentence in every language of the desk."""

    en: str
    fr: str
    de: str

    def of(self, language: str) -> str:
        """Give the sentence in a language (`fr-CA` reads French), in English where there is none."""
        short = language[:2]
        return str(getattr(self, short)) if short in LANGUAGES else self.en


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value of a field to choose."""

    value: str
    label: Words


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to enter when connecting.

    `secret` ones are sealed and never shown again. `is_unsure` marks a fact that could not be
    checked against the vendor's word, which is why it can be changed. `advanced` ones are folded.
    """

    name: Name
    label: Words
    kind: Literal["text", "secret", "url", "choice", "flag", "number", "lines"] = "text"
    help: Words | None = None
    required: bool = True
    advanced: bool = False
    is_unsure: bool = False
    default: str = ""
    example: str = ""
    choices: tuple[Choice, ...] = ()


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to do at the vendor before anything can be entered here. `link`: where."""

    text: Words
    link: str = ""


class Ends(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A credential that ends by itself so many days after it was made.

    `name` is what the connector calls it where the vendor tells of its end (`Around.note_end`).
    """

    what: Words
    days: int
    name: str


class Serves(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which marketplaces of the rulebook the connector is for: by id, and by family."""

    marketplaces: tuple[str, ...] = ()
    families: tuple[str, ...] = ()


class Ways(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By which way each thing comes and goes."""

    messages_in: In = "none"
    replies_out: Out = "none"
    orders: In = "none"
    returns: In = "none"
    cases: In = "none"
    figures: In = "none"
    push: bool = False


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reply through this connector may hold. None: the vendor does not say."""

    text_chars_min: int | None = None
    text_chars_max: int | None = None
    attachments_max: int | None = None
    attachment_bytes_max: int | None = None
    attachment_types: tuple[str, ...] = ()
    parties: tuple[Literal["buyer", "operator", "both"], ...] = ("buyer",)
    begins: bool = False
    """Whether a conversation can be begun on an order."""
    closes: bool = False
    """Whether a conversation can be closed, or marked as needing no answer, from here."""
    window_hours: float | None = None
    """For so long after the buyer's last message the channel takes an answer."""


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message of the vendor's own making that a seller may send of their own accord.

    `text_chars_max` 0: it has no text of ours, and lives by its files.
    """

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z][A-Za-z0-9]*$")]
    label: Words
    about: Words
    text_chars_max: int = 0
    takes_files: bool = False
    has_dates: bool = False


class Outreach(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a seller may say on an order of their own accord (`kernel.outreach`)."""

    review: bool = False
    """Whether the vendor asks the buyer for a review when told to."""
    forms: tuple[Form, ...] = ()

    def form(self, name: str) -> Form | None:
        """Give a form by its name."""
        return next((form for form in self.forms if form.name == name), None)


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is told of one connector."""

    kind: Name
    name: str
    about: Words
    serves: Serves
    ways: Ways
    proof: Proof
    sources: tuple[str, ...]
    reply: Reply = Reply()
    outreach: Outreach = Outreach()
    rates: dict[str, str] = {}
    streams: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    steps: tuple[Step, ...] = ()
    ends: tuple[Ends, ...] = ()
    consent: bool = False
    poll_seconds: float = 60.0
    is_listed: bool = True
    portal: str = ""
    """Address of the page in the seller's portal where replies are made, `{order}` in it."""
    notes: tuple[Words, ...] = ()
    called: Words | None = None
    """The name in every language, where it is more than a brand's."""

    def named(self, language: str) -> str:
        """Give the name in a language."""
        return self.called.of(language) if self.called else self.name

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a card. Raises `msgspec.ValidationError` or `ValueError`, naming what is wrong."""
        card = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), cls)
        for text in card.rates.values():
            Rate.parse(text)
        names = [field.name for field in card.fields]
        if len(set(names)) < len(names):
            raise ValueError(f"{path}: a field stands there twice")
        return card

    def limits(self, settings: dict[str, Any] | None = None) -> dict[str, Rate]:
        """Give the rates by operation; settings may tighten or correct one (`rate_<operation>`)."""
        given = settings or {}
        return {
            name: Rate.parse(str(given.get(f"rate_{name}") or text))
            for name, text in self.rates.items()
        }

    @property
    def secret_names(self) -> tuple[str, ...]:
        """Name the fields that are sealed."""
        return tuple(field.name for field in self.fields if field.kind == "secret")
