"""What a list's page offers around it: columns, colleagues, moments, shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comptoir.web.present.bulk import Until, untils
from comptoir.web.present.columns import labels
from comptoir.web.present.times import Times
from comptoir.web.present.vocabulary import tiers


@dataclass(frozen=True, slots=True)
class Tools:
    """Choices for the menus; each pair is a value and its words."""

    columns: tuple[tuple[str, str], ...]
    colleagues: tuple[tuple[int, str], ...]
    tiers: tuple[tuple[int, str], ...]
    shares: tuple[tuple[str, str], ...]
    untils: tuple[Until, ...]


def make_tools(
    times: Times, colleagues: Mapping[int, str], shares: Sequence[tuple[str, str]]
) -> Tools:
    """Gather the choices."""
    return Tools(
        columns=tuple(labels().items()),
        colleagues=tuple(colleagues.items()),
        tiers=tuple(tiers(times.language).items()),
        shares=tuple(shares),
        untils=tuple(untils(times)),
    )
