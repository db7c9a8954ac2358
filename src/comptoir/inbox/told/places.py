"""Which of our channels something belongs to, of those that a connection serves."""

from __future__ import annotations

from collections.abc import Sequence

from comptoir.channels.kernel.told import Place
from comptoir.inbox.routing import Candidate, Traits, choose


def placed(served: Sequence[Candidate], place: Place) -> Candidate | None:
    """Choose a channel; the only one there is needs no proof. None: nothing is served here."""
    real = [candidate for candidate in served if not candidate.is_catch_all]
    if len(real) == 1 and not _contradicts(real[0], place):
        return real[0]
    traits = Traits(
        marketplace=place.operator or place.marketplace,
        country=place.country,
        operator=place.operator,
    )
    if not traits.marketplace and (alike := {candidate.marketplace for candidate in real}):
        traits = Traits(marketplace=next(iter(alike)) if len(alike) == 1 else "",
                        country=place.country)  # fmt: skip
    return choose(served, traits).candidate


def _contradicts(candidate: Candidate, place: Place) -> bool:
    """Tell whether what the channel names is another shop than the only one we have."""
    if place.operator and candidate.family == "mirakl" and candidate.marketplace != "mirakl":
        return candidate.marketplace != place.operator
    country = candidate.matches.get("country", candidate.country)
    return bool(place.country and country and place.country != country)
