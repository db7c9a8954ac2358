"""What the palette offers beside the verbs that stand on the page itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.merchant.models.people import LANGUAGES
from comptoir.web.present import keys
from comptoir.web.present.rail import view_address, view_label


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the palette: it presses a key's command, opens an address or posts a choice."""

    id: str
    label: str
    group: str
    keys: tuple[str, ...] = ()
    presses: str = ""
    address: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def offers(
    *,
    chosen: Mapping[str, str],
    saved_views: Iterable[tuple[int, str]],
    channels: Iterable[tuple[int, str, str]],
    pages: Iterable[tuple[str, str, str]],
) -> list[Offer]:
    """Give everything on offer. `pages` are group, label and address of settings."""
    made = [*_commands(chosen), *_views(saved_views, channels)]
    made += [
        Offer(f"page:{address}", label, group, address=address) for group, label, address in pages
    ]
    return [*made, *_display()]


def _commands(chosen: Mapping[str, str]) -> list[Offer]:
    return [
        Offer(
            id=f"{place.name}:{one.key}",
            label=one.label,
            group=place.title,
            keys=keys.printed(one.key, chosen),
            presses="" if one.address else one.key,
            address=one.address,
        )
        for place in keys.places()
        for one in place.commands
        if one.is_offered
    ]


def _views(
    saved: Iterable[tuple[int, str]], channels: Iterable[tuple[int, str, str]]
) -> list[Offer]:
    title = pgettext("keys", "Go to")
    plain = [(view, view_label(view)) for view in ("history", "all")]
    return [
        *(Offer(f"view:{key}", label, title, address=view_address(key)) for key, label in plain),
        *(Offer(f"saved:{id_}", name, title, address=f"/?saved={id_}") for id_, name in saved),
        *(
            Offer(f"channel:{id_}", name, title, address=view_address("queue", id_))
            for id_, name, _short in channels
        ),
    ]


def _display() -> list[Offer]:
    themes = {
        "system": pgettext("theme", "As the system"),
        "light": pgettext("theme", "Light"),
        "dark": pgettext("theme", "Dark"),
    }
    return [
        *(
            Offer(
                f"theme:{theme}", label, _("Colours"), address="/account/display",
                fields={"theme": theme},
            )
            for theme, label in themes.items()
        ),
        *(
            Offer(
                f"language:{code}", str(label), _("Language"), address="/account/display",
                fields={"language": code},
            )
            for code, label in LANGUAGES
        ),
    ]  # fmt: skip
