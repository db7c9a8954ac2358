"""The names of all addresses together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

IN_PLACE_OF_A_LIBRARYS = {"mfa_list_webauthn"}
"""Pages of ours that stand before the library's own under the same name."""


def names_within(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from names_within(one, f"{space}{one.namespace or ''}:")
        elif isinstance(one, URLPattern) and one.name:
            yield f"{space.strip(':')}:{one.name}".lstrip(":")


def test_no_two_addresses_have_one_name() -> None:
    """A form that names its address would be posted to the other one."""
    names = Counter(names_within(get_resolver()))
    assert names["queue"] == 1
    twice = {name for name, count in names.items() if count > 1}
    assert twice == IN_PLACE_OF_A_LIBRARYS
