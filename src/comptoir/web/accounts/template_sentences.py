"""What was done to templates and signatures, as sentences of the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

Data = Mapping[str, Any]

WORDINGS: dict[str, Callable[[Data], str]] = {
    "template.make": lambda data: _("Made the template %(name)s.") % data,
    "template.change": lambda data: _("Changed the template %(name)s.") % data,
    "template.share": lambda data: _("Shared the template %(name)s with everybody.") % data,
    "template.unshare": lambda data: _("Kept the template %(name)s for themselves.") % data,
    "template.retire": lambda data: _("Retired the template %(name)s.") % data,
    "template.restore": lambda data: _("Offered the template %(name)s again.") % data,
    "template.delete": lambda data: _("Deleted the template %(name)s.") % data,
    "channel.signature": lambda data: _("Changed the signature of the channel %(name)s.") % data,
    "brand.signature": lambda data: _("Changed the signature of the brand %(name)s.") % data,
    "person.signature": lambda data: _("Changed their own signature."),
}
