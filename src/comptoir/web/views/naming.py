"""The names that filters and lists need, as one reader may see them; all kept for seconds."""

from __future__ import annotations

from comptoir.merchant.rights import Rights
from comptoir.web import known
from comptoir.web.present.filters import Names
from comptoir.web.present.names import marketplace_name


def names_for(rights: Rights, *, tags: bool = False) -> Names:
    """Give the names; the tags in use only where somebody is about to choose."""
    channels = known.channels(rights)
    places = known.places(rights)
    return Names(
        channels={id_: name for id_, name, _short in channels},
        people=known.names(),
        teams=known.teams(),
        marketplaces={code: marketplace_name(code) for code, _country in places},
        countries=sorted({country for _code, country in places if country}),
        tags=known.tags(rights) if tags else (),
    )
