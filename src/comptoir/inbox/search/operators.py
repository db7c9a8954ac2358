"""The operators of a search and their values, by every name in our three languages.

All names work whatever language somebody reads. `de:` is French for *from*, never German or
Germany: those are `language:de` and `country:de`. Names are compared folded.
"""

from __future__ import annotations

from comptoir.inbox.search.folding import words

_NAMES = {
    "from": "from von de",
    "to": "to an a",
    "channel": "channel kanal canal",
    "marketplace": "marketplace marktplatz marche",
    "order": "order bestellung commande",
    "tracking": "tracking sendung suivi colis paket",
    "sku": "sku artikel article ref",
    "tag": "tag schlagwort etikett etiquette",
    "assignee": "assignee zustandig attribue assigne agent",
    "is": "is status ist statut est",
    "has": "has hat avec mit",
    "language": "language lang sprache langue",
    "country": "country land pays",
    "before": "before vor avant",
    "after": "after seit since depuis nach apres",
    "on": "on am le",
}
OPERATORS = {alias: name for name, aliases in _NAMES.items() for alias in aliases.split()}
"""The operator by each of its names."""

FIELDS = {"from": "@", "to": ">", "order": "#o:", "tracking": "#t:", "sku": "#s:"}
"""What looks in one part of a ticket: the sign of its lexemes."""

_STATES = {
    "open": "open offen ouvert ouverts",
    "waiting": "waiting wartend attente",
    "solved": "solved gelost resolu resolus",
    "history": "history closed archiv verlauf historique archive",
    "snoozed": "snoozed zuruckgestellt reporte reportes",
    "queued": "queued unanswered unbeantwortet repondre",
    "claim": "claim fall kauferschutz kauferschutzfall litige",
    "risk": "risk risiko risque",
}
STATES = {alias: name for name, aliases in _STATES.items() for alias in aliases.split()}

_HOLDINGS = {
    "attachment": "attachment attachments file anhang datei piece fichier pj",
    "note": "note notes notiz notizen",
    "order": "order bestellung commande",
}
HOLDINGS = {alias: name for name, aliases in _HOLDINGS.items() for alias in aliases.split()}

ME = frozenset({"me", "ich", "mir", "moi"})
NOBODY = frozenset({"nobody", "none", "niemand", "personne"})

LANGUAGES = {
    alias: code
    for code, aliases in {
        "de": "de german deutsch allemand",
        "fr": "fr french franzosisch francais",
        "en": "en english englisch anglais",
        "it": "it italian italienisch italien",
        "es": "es spanish spanisch espagnol",
        "nl": "nl dutch niederlandisch neerlandais",
        "pl": "pl polish polnisch polonais",
    }.items()
    for alias in aliases.split()
}


def operator(name: str) -> str | None:
    """Give the operator of that name in any of our languages; None when there is none."""
    return OPERATORS.get("".join(words(name)))


def local_name(name: str, language: str) -> str:
    """Give the name under which people of a language write an operator."""
    at = {"de": 1, "fr": 2}.get(language[:2], 0)
    aliases = _NAMES[name].split()
    return _PRINTED.get((name, language[:2]), aliases[at] if at < len(aliases) else aliases[0])


_PRINTED = {
    ("to", "fr"): "à", ("marketplace", "fr"): "marketplace", ("tracking", "de"): "sendung",
    ("tracking", "fr"): "suivi", ("tag", "fr"): "étiquette", ("assignee", "de"): "zuständig",
    ("assignee", "fr"): "attribué", ("is", "en"): "is", ("is", "de"): "ist", ("is", "fr"): "est",
    ("has", "fr"): "avec", ("language", "de"): "sprache", ("language", "fr"): "langue",
    ("after", "de"): "seit", ("after", "fr"): "depuis", ("on", "de"): "am", ("on", "fr"): "le",
    ("sku", "de"): "artikel", ("sku", "fr"): "article",
}  # fmt: skip
