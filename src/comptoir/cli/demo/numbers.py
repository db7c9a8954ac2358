"""Order numbers, lent addresses and parcel numbers in the shapes of each marketplace."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from comptoir.cli.demo import names
from comptoir.cli.demo.channels import Place

AMAZON_STEMS = {
    "FR": ("402", "405", "408", "171"),
    "DE": ("302", "303", "305", "028"),
    "IT": ("402", "404", "407"),
    "ES": ("404", "406", "408"),
    "GB": ("202", "203", "205", "026"),
}
MIRAKL_STEMS = {"darty": "DTY", "leroy_merlin": "LM", "conforama": "CFR"}
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
CARRIERS = {
    "FR": ("Colissimo", "Colissimo", "Chronopost", "Mondial Relay", "DPD"),
    "DE": ("DHL", "DHL", "Hermes", "DPD", "GLS"),
    "IT": ("BRT", "Poste Italiane", "GLS"),
    "ES": ("Correos Express", "SEUR", "MRW"),
    "GB": ("Royal Mail", "DPD", "Evri"),
    "US": ("UPS", "FedEx", "USPS"),
}


def order_number(place: Place, placed_at: datetime, dice: random.Random, taken: set[str]) -> str:
    """Make up an order number of that channel that nobody has."""
    make = _NUMBERS.get(place.marketplace, _counted)
    number = make(place, placed_at, dice)
    while number in taken:
        number = make(place, placed_at, dice)
    taken.add(number)
    return number


def address(place: Place, first: str, last: str, dice: random.Random) -> str:
    """Make up the address under which the channel hands a buyer to us."""
    match place.marketplace:
        case "amazon":
            ending = {"GB": "co.uk"}.get(place.country, place.country.lower())
            return f"{_mixed(14, dice)}@marketplace.amazon.{ending}"
        case "ebay":
            return f"{_hex(18, dice)}@members.ebay.de"
        case "darty" | "leroy_merlin" | "conforama":
            return f"{_mixed(10, dice)}.{_mixed(6, dice)}@notification.mirakl.net"
        case "cdiscount":
            return f"msg-{_mixed(12, dice)}{dice.randint(1, 9)}@clemarche.com"
        case "kaufland":
            return f"ticket-{dice.randint(10**10, 10**11 - 1)}@kaufland-online.de"
        case "walmart":
            return f"{_hex(32, dice)}@relay.walmart.com"
        case _:
            return names.mailbox(first, last, place.country, dice)


def parcel(country: str, dice: random.Random) -> tuple[str, str]:
    """Make up a carrier and its number."""
    carrier = dice.choice(CARRIERS[country])
    match carrier:
        case "Colissimo":
            number = f"6A{dice.randint(10**10, 10**11 - 1)}"
        case "Chronopost":
            number = f"XY{dice.randint(10**8, 10**9 - 1)}FR"
        case "UPS":
            number = f"1Z{_mixed(6, dice).upper()}{dice.randint(10**9, 10**10 - 1)}"
        case "Royal Mail":
            number = f"RM{dice.randint(10**8, 10**9 - 1)}GB"
        case _:
            number = str(dice.randint(10**13, 10**14 - 1))
    return carrier, number


def _amazon(place: Place, _at: datetime, dice: random.Random) -> str:
    stem = dice.choice(AMAZON_STEMS[place.country])
    return f"{stem}-{dice.randint(10**6, 10**7 - 1)}-{dice.randint(10**6, 10**7 - 1)}"


def _ebay(_place: Place, _at: datetime, dice: random.Random) -> str:
    return (
        f"{dice.randint(10, 27)}-{dice.randint(10**4, 10**5 - 1)}-{dice.randint(10**4, 10**5 - 1)}"
    )


def _mirakl(place: Place, _at: datetime, dice: random.Random) -> str:
    return f"{MIRAKL_STEMS[place.marketplace]}{_mixed(7, dice).upper()}-A"


def _cdiscount(_place: Place, at: datetime, dice: random.Random) -> str:
    return f"{at:%y%m%d%H%M}{_mixed(5, dice).upper()}"


def _fnac(_place: Place, _at: datetime, dice: random.Random) -> str:
    return f"5{_hex(12, dice).upper()}"


def _kaufland(_place: Place, _at: datetime, dice: random.Random) -> str:
    return f"M{_mixed(10, dice).upper()}"


def _walmart(_place: Place, _at: datetime, dice: random.Random) -> str:
    return f"1089{dice.randint(10**10, 10**11 - 1)}"


def _rakuten(_place: Place, _at: datetime, dice: random.Random) -> str:
    return str(dice.randint(9 * 10**8, 10**9 - 1))


def _counted(place: Place, at: datetime, dice: random.Random) -> str:
    """Number an own shop's orders: they grow with time."""
    base = 10_000 if place.country == "FR" else 4_000
    hours = int(at.timestamp() // 3600) % 20_000
    return str(base + hours * 4 + dice.randint(0, 7))


def _mixed(length: int, dice: random.Random) -> str:
    return "".join(dice.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(length))


def _hex(length: int, dice: random.Random) -> str:
    return "".join(dice.choice("0123456789abcdef") for _ in range(length))


_NUMBERS: dict[str, Callable[[Place, datetime, random.Random], str]] = {
    "amazon": _amazon,
    "ebay": _ebay,
    "darty": _mirakl,
    "leroy_merlin": _mirakl,
    "conforama": _mirakl,
    "cdiscount": _cdiscount,
    "fnac": _fnac,
    "kaufland": _kaufland,
    "walmart": _walmart,
    "rakuten_fr": _rakuten,
}
