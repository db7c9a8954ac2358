"""Where a refusal of a policy belongs: beside the field that it is about, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.core.clocks.policies import Kind
from comptoir.core.refusals import Refusal
from comptoir.web.present.clocks import kind_words
from comptoir.web.present.refusals import say_refusal
from comptoir.web.settings_pages import policy_words
from comptoir.web.settings_pages.policies import rule_form

if TYPE_CHECKING:
    from comptoir.web.settings_pages.policies.condition_form import ConditionForm
    from comptoir.web.settings_pages.policies.describing import Words
    from comptoir.web.settings_pages.policies.rule_form import RuleForm

AT_FIELDS = {
    "say why": "reason",
    "the reason": "reason",
    "a change cannot begin": "starts_on",
    "give the policy a name": "name",
    "the name is": "name",
}
"""Beginnings of refusals, and the basic field each is about."""
ABOUT_CONDITIONS = (
    "the condition on",
    "a policy cannot depend",
    "the order value",
    "{value} is no",
)
SAYS_THE_KIND = ("{kind}: {problem}", "{kind} on {calendar}: {problem}")
ABOUT_TARGETS = ("the target is", "a target counted")


def place_refusal(
    refusal: Refusal,
    basics: forms.Form,
    rules: Mapping[Kind, RuleForm],
    conditions: ConditionForm | None,
    words: Words,
) -> None:
    """Put a refusal where it belongs; what belongs to no field stands above them all."""
    kind = _kind(refusal)
    innermost = _innermost(refusal)
    if refusal.template.startswith(SAYS_THE_KIND):
        refusal = innermost  # it stands beside the fields of that kind
    said = say_refusal(worded(refusal, words))
    if kind is not None:
        form = rules[kind]
        if kind is Kind.NEXT_REPLY and basics["next_as_first"].value():
            form = rules[Kind.FIRST_REPLY]
        side = "target" if innermost.template.startswith(ABOUT_TARGETS) else "limit"
        if form["limit_amount"].value() in (None, "") and form.locked is None:
            side = "target"
        form.add_error(f"{side}_amount", said)
        return
    for beginning, field in AT_FIELDS.items():
        if refusal.template.startswith(beginning):
            basics.add_error(field, said)
            return
    is_condition = refusal.template.startswith(ABOUT_CONDITIONS)
    (conditions if is_condition and conditions is not None else basics).add_error(None, said)


def worded(refusal: Refusal, words: Words) -> Refusal:
    """Say the values of a refusal, which are codes of the core, in the reader's words."""
    return Refusal(
        refusal.template,
        **{name: _worded(name, value, words) for name, value in refusal.values.items()},
    )


def _worded(name: str, value: object, words: Words) -> object:
    if isinstance(value, Refusal):
        return worded(value, words)
    text = str(value)
    if name == "kind":
        return kind_words(get_language() or "en").get(text, text)
    if name == "calendar":
        bare = text.partition("@")[0]
        return words.hours.get(bare, _("the whole week") if bare == "always" else bare)
    if name == "limit":
        return _amount(text)
    if name == "model":
        return str(dict([*rule_form.MODELS, rule_form.GIVEN]).get(text, text))
    return value


def _amount(text: str) -> str:
    """Write an amount of the core, "2880 minutes" or "3 days", as the pages do."""
    number, _space, unit = text.partition(" ")
    try:
        minutes = float(number) * {"minutes": 1, "days": 1440}[unit]
    except (KeyError, ValueError):
        return text
    return policy_words.time_words(minutes)


def _kind(refusal: Refusal) -> Kind | None:
    """Give the kind of clock that a refusal, or one within it, speaks of."""
    found: Any = refusal.values.get("kind")
    if isinstance(found, str) and found in {kind.value for kind in Kind}:
        return Kind(found)
    inner = refusal.values.get("problem")
    return _kind(inner) if isinstance(inner, Refusal) else None


def _innermost(refusal: Refusal) -> Refusal:
    inner = refusal.values.get("problem")
    return _innermost(inner) if isinstance(inner, Refusal) else refusal
