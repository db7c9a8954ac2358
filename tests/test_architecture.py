"""Foreign keys follow the same arrows as imports: downwards only."""

import tomllib
from pathlib import Path

from django.apps import apps

CONTRACTS = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
LAYERS = CONTRACTS["tool"]["importlinter"]["contracts"][0]["layers"]
HEIGHT = {
    room.strip(" ()"): len(LAYERS) - number
    for number, layer in enumerate(LAYERS)
    for room in layer.split("|")
}


def foreign_keys() -> list[tuple[str, str, str]]:
    found = []
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in HEIGHT:
            continue
        for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
            target = field.related_model
            if target is not None and target._meta.app_label in HEIGHT:  # type: ignore[union-attr]
                found.append((model._meta.label, field.name, target._meta.app_label))  # type: ignore[union-attr]
    return found


def test_foreign_keys_point_downwards_or_stay_in_their_room() -> None:
    upwards = [
        (label, name, target)
        for label, name, target in foreign_keys()
        if HEIGHT[target] >= HEIGHT[label.partition(".")[0]] and target != label.partition(".")[0]
    ]

    assert foreign_keys()
    assert upwards == []


def test_every_room_says_what_belongs_in_it() -> None:
    rooms = [
        path
        for path in (Path(__file__).parents[1] / "src" / "comptoir").glob("*/__init__.py")
        if not path.read_text().startswith('"""')
    ]
    assert rooms == []
