"""What search keeps: one document a ticket, and every word with the number of its documents."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from comptoir.tickets.models import Ticket


class SearchDocument(models.Model):
    """The lexemes of one ticket (see `inbox.search.documents`), as old as its last message.

    The index keeps its list of pending entries short: each search reads all of it. A document
    goes with its ticket in the database itself, also when plain SQL deletes that.
    """

    ticket = models.OneToOneField(
        Ticket, primary_key=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    at = models.DateTimeField()
    lexemes = SearchVectorField()

    class Meta:
        app_label = "inbox"
        indexes: ClassVar[list[Any]] = [
            GinIndex(fields=["lexemes"], name="search_lexemes", gin_pending_list_limit=1024),
        ]


class SearchWord(models.Model):
    """A word and the number of documents that hold it; a filter's lexeme begins with `=`.

    Compared byte by byte, so that a range finds what begins alike in every database.
    """

    word = models.TextField(primary_key=True, db_collation="C")
    document_count = models.IntegerField(default=0)
    skeleton = models.TextField(default="", db_collation="C")

    class Meta:
        app_label = "inbox"
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["skeleton"], name="search_skeleton", condition=~models.Q(skeleton="")
            ),
        ]
