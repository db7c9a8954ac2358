"""Figures by which a marketplace judges the seller, as a channel's page shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from comptoir.merchant.models import Channel, ChannelFigure
from comptoir.web.present.times import Times


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what the marketplace says, of which period, and when it was read."""

    name: str
    value: str
    threshold: str
    period: str
    read: str


def figures_of(channel: Channel, times: Times) -> list[Figure]:
    """Give the latest reading of each figure, by name."""
    rows = ChannelFigure.objects.filter(channel=channel).order_by("name", "-at", "-id")
    names = _names()
    made = [_made(row, names, times) for row in rows.distinct("name")]
    return sorted(made, key=lambda figure: figure.name.lower())


def _made(row: ChannelFigure, names: dict[str, str], times: Times) -> Figure:
    value = _written(row.value, row.unit)
    word = word_for(row.word)
    return Figure(
        name=names.get(row.name) or row.name.replace("_", " ").capitalize(),
        value=f"{value} ({word})" if value and word else value or word or "–",
        threshold=_written(row.threshold, row.unit),
        period=_period(row),
        read=times.short(row.at),
    )


def _written(value: Decimal | None, unit: str) -> str:
    if value is None:
        return ""
    locale = _locale()
    write: dict[str, Callable[[Decimal], str]] = {
        "share": lambda n: str(format_percent(n, "0.##%" if locale.language == "en" else "0.## %",
                                              locale=locale)),
        "hours": lambda n: _("%(hours)s h") % {
            "hours": format_decimal(n, "#,##0.#", locale=locale)
        },
    }  # fmt: skip
    plain: Callable[[Decimal], str] = lambda n: str(  # noqa: E731 - one of a table of writers
        format_decimal(n, "#,##0.##", locale=locale)
    )
    return write.get(unit, plain)(value)


def _period(row: ChannelFigure) -> str:
    locale = _locale()
    days = [format_date(day, "medium", locale=locale) for day in (row.since, row.until) if day]
    return " – ".join(days)


def _locale() -> Locale:
    language = get_language() or "en"
    return Locale("en", "GB") if language == "en" else Locale.parse(language, sep="-")


def word_for(told: str) -> str:
    """Say a marketplace's own word; one that nobody translated stays its own, but legible."""
    return _words().get(told.upper()) or (told if " " in told else _legible(told))


def _legible(code: str) -> str:
    spaced = code.replace("_", " ")
    return spaced.capitalize() if code.isupper() else spaced


def _words() -> dict[str, str]:
    """Give words for the judgements that marketplaces tell as codes."""
    return {
        "NORMAL": pgettext("judgement", "Normal"),
        "GOOD": pgettext("judgement", "Good"),
        "GREAT": pgettext("judgement", "Very good"),
        "FAIR": pgettext("judgement", "Fair"),
        "BAD": pgettext("judgement", "Bad"),
        "NONE": pgettext("judgement", "None"),
        "LOW": pgettext("judgement", "Low"),
        "MEDIUM": pgettext("judgement", "Medium"),
        "HIGH": pgettext("judgement", "High"),
        "AT_RISK": pgettext("judgement", "At risk"),
        "CRITICAL": pgettext("judgement", "Critical"),
        "DEACTIVATED": pgettext("judgement", "Deactivated"),
        "TOP_RATED": pgettext("judgement", "Top rated"),
        "ABOVE_STANDARD": pgettext("judgement", "Above standard"),
        "BELOW_STANDARD": pgettext("judgement", "Below standard"),
    }


def _names() -> dict[str, str]:
    """Give words for what marketplaces call alike; others keep the marketplace's own name."""
    return {
        "account_status": _("Account status"),
        "account_health_rating": _("Account health"),
        "order_defect_rate": _("Order defect rate"),
        "order_defect_rate_mfn": _("Order defect rate, own shipping"),
        "order_defect_rate_afn": _("Order defect rate, marketplace's shipping"),
        "late_shipment_rate": _("Late shipment rate"),
        "pre_fulfillment_cancellation_rate": _("Cancellation rate before shipping"),
        "cancelation_rate": _("Cancellation rate"),
        "valid_tracking_rate": _("Valid tracking rate"),
        "on_time_delivery_rate": _("On-time delivery rate"),
        "incident_rate": _("Incident rate"),
        "refund_rate": _("Refund rate"),
        "return_rate": _("Return rate"),
        "approval_rate": _("Acceptance rate"),
        "order_messages_response_delay": _("Time to answer messages"),
        "approval_delay": _("Time to accept orders"),
        "shipping_delay": _("Time to ship"),
        "response_rate": _("Response rate"),
        "grade": _("Shop's grade"),
        "evaluations_count": _("Number of reviews"),
        "orders_count": _("Number of orders"),
        "standards_level": _("Seller level"),
    }
