"""Templates as stored: a name in a folder, and its text in each language."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from comptoir.merchant.models import Channel, Person


class Template(models.Model):
    """A text that is used again. Without an owner everybody has it, else its owner alone.

    `folder` is a path for people ("Delivery/Late"). With channels it is offered on these only.
    """

    name = models.CharField(max_length=80)
    folder = models.CharField(max_length=120, default="")
    owner = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="templates")
    channels: models.ManyToManyField[Any, Any] = models.ManyToManyField(Channel, related_name="+")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["owner", "folder", "name"],
                nulls_distinct=False,
                name="template_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateText(models.Model):
    """A template in one language, with its variables (`{{ order.number }}`)."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    body = models.TextField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["template", "language"], name="template_text_once"),
        ]
