"""Rows to tick in a form, in the order in which people sort names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator

from comptoir.storage.sorting import name_key


class _InOrder(ModelChoiceIterator):  # type: ignore[type-arg]  # no generic at run time
    def __iter__(self) -> Iterator[Any]:
        """Give the choices by their labels."""
        return iter(sorted(super().__iter__(), key=lambda choice: name_key(str(choice[1]))))


class NamedField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # no generic at run time
    """Teams, people or channels to tick."""

    iterator = _InOrder
