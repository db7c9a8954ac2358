"""Policies under Settings: the list, one policy, the editor with its preview, who may what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node
from tests.web.settings_pages.conftest import entered
from tests.web.shop import Shop, open_ticket

from comptoir.merchant.models import Calendar
from comptoir.sla.actions.policies import Wanted
from comptoir.sla.actions.presets import ensure_default
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.storage import clock
from comptoir.storage.models import AuditEntry
from comptoir.tickets import rollouts, verifying
from comptoir.tickets.actions import policies
from comptoir.tickets.models import Rollout, Ticket
from comptoir.web.settings_pages.policies import findings

CLAIMS: dict[str, Any] = {
    "inherits": True,
    "first_reply": {"target_minutes": 30, "target_from": "policy_applied"},
}


@pytest.fixture(autouse=True)
def _hours(db: None) -> None:
    """The desk's hours; and nothing kept of what was doubtful before."""
    findings.forget()
    week = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    Calendar.objects.create(
        name="office", spec={"timezone": "Europe/Paris", "hours": week}, valid_from=clock.now()
    )


def make(shop: Shop, name: str = "Claims first", **values: Any) -> Policy:
    """Let Camille make a policy of her own."""
    now = clock.now()
    conditions = values.pop("conditions", {"risk_tier": [0, 1]})
    wanted = Wanted(name=name, spec={**CLAIMS, **values}, conditions=conditions)
    version = policies.make(wanted, holds_from=now, by=shop.camille, now=now)
    found: Policy = version.policy
    return found


def page_of(browser: Client, address: str) -> HTMLParser:
    response = browser.get(address)
    assert response.status_code == 200, response.content.decode()[:400]
    return HTMLParser(response.content.decode())


def text_of(tree: HTMLParser | Node) -> str:
    return " ".join(tree.text(separator=" ").split())


def typed(tree: HTMLParser, **changes: Any) -> dict[str, Any]:
    """Give what a browser would send of the editor, with changes; None unticks and empties."""
    form = tree.css_first("#policy-form")
    sent: dict[str, Any] = {}
    for field in form.css("input, select, textarea"):
        name, kind = field.attributes.get("name"), field.attributes.get("type")
        if not name or "NEW" in name or "disabled" in field.attributes:
            continue
        if field.tag == "select":
            chosen = field.css_first("option[selected]") or field.css_first("option")
            sent[name] = chosen.attributes.get("value") or ""
        elif field.tag == "textarea":
            sent[name] = field.text().strip()
        elif kind in ("checkbox", "radio"):
            if "checked" in field.attributes:
                value = field.attributes.get("value") or "on"
                if kind == "radio":
                    sent[name] = value
                else:
                    sent.setdefault(name, []).append(value)
        else:
            sent[name] = field.attributes.get("value") or ""
    for name, value in changes.items():
        real = name.replace("__", "-")
        if value is None:
            sent.pop(real, None)
        else:
            sent[real] = value
    return sent


def preview_then_save(browser: Client, address: str, **changes: Any) -> Any:
    """Fill the editor, look at what it changes, and save."""
    sent = typed(page_of(browser, address), **changes)
    looked = browser.post(address, {**sent, "do": "preview"})
    assert looked.status_code == 200, text_of(HTMLParser(looked.content.decode()))[:1500]
    seen = HTMLParser(looked.content.decode()).css_first("[name=seen]").attributes["value"]
    return browser.post(address, {**sent, "do": "save", "seen": seen})


def test_list_shows_own_policies_then_channels_then_the_default(shop: Shop, admin: Client) -> None:
    ensure_default(now=clock.now())
    make(shop, conditions={"risk_tier": [0, 1], "channel": [shop.amazon_de.pk]})

    page = page_of(admin, "/settings/policies")

    assert [text_of(h) for h in page.css("h2[id$=policies], h2[id$=policy]")] == [
        "1. Your own policies", "2. Each channel's own", "3. What matches nothing"
    ]  # fmt: skip
    assert [text_of(h) for h in page.css("#policies h3")] == [
        "Claims first", "Amazon Urgent", "eBay Standard", "Shop Standard", "Default"
    ]  # fmt: skip
    assert "Claims or escalation risks, on Amazon.de – Maison Perrin" in text_of(page) or (
        "Claims and escalation risks, on Amazon.de – Maison Perrin" in text_of(page)
    )


def test_list_asks_as_often_with_three_policies_as_with_one(shop: Shop, admin: Client) -> None:
    from tests.web.settings_pages.conftest import query_count

    make(shop, "One")
    page_of(admin, "/settings/policies")
    with_one = query_count(admin, "/settings/policies")
    make(shop, "Two")
    make(shop, "Three")
    page_of(admin, "/settings/policies")
    Rollout.objects.all().delete()
    with_three = query_count(admin, "/settings/policies")

    assert with_three <= with_one


def test_preview_says_later_where_only_the_limit_moves(shop: Shop, admin: Client) -> None:
    version = shop.policies[shop.ebay_fr.pk]
    confirm(version, is_sure=False)
    open_ticket(shop, shop.ebay_fr, now=clock.now(), tier=2)
    address = f"/settings/policies/{version.policy_id}/edit"
    sent = typed(
        page_of(admin, address), reason="eBay told us.", **{"first_reply-limit_amount": "72"}
    )

    looked = HTMLParser(admin.post(address, {**sent, "do": "preview"}).content.decode())

    preview = looked.css_first(".policy-preview")
    assert "1 would be due later." in text_of(preview)
    assert [text_of(chip) for chip in preview.css(".chip")] == ["later"]


def test_policy_is_made_after_a_look_at_what_it_changes(shop: Shop, admin: Client) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=clock.now(), tier=1)
    address = "/settings/policies/new"
    sent = typed(
        page_of(admin, address),
        name="Threats within the hour",
        **{"if-risk_tier": ["1"], "first_reply-target_amount": "60"},
        **{"first_reply-target_unit": "minutes", "first_reply-from_seen": "on"},
    )

    looked = admin.post(address, {**sent, "do": "preview"})
    tree = HTMLParser(looked.content.decode())
    nothing_yet = Policy.objects.filter(name="Threats within the hour").exists()
    seen = tree.css_first("[name=seen]").attributes["value"]
    saved = admin.post(address, {**sent, "do": "save", "seen": seen})

    version = PolicyVersion.objects.get(policy__name="Threats within the hour")
    assert text_of(tree.css_first("#part-preview")) == "Of 1 open tickets 1 would change."
    assert tree.css_first(f".policy-preview a[href='/tickets/{ticket.pk}']") is not None
    assert nothing_yet is False
    assert saved["Location"] == f"/settings/policies/{version.policy_id}"
    assert version.conditions == {"risk_tier": [1]}
    assert version.spec["inherits"] is True
    assert version.spec["first_reply"] == {
        "target_minutes": 60, "target_calendar": "always", "target_from": "policy_applied"
    }  # fmt: skip


def test_saving_asks_for_another_look_when_something_was_changed_since(
    shop: Shop, admin: Client
) -> None:
    address = "/settings/policies/new"
    sent = typed(page_of(admin, address), name="A", **{"first_reply-target_amount": "1"})
    looked = HTMLParser(admin.post(address, {**sent, "do": "preview"}).content.decode())
    seen = looked.css_first("[name=seen]").attributes["value"]

    sent["first_reply-target_amount"] = "2"
    again = admin.post(address, {**sent, "do": "save", "seen": seen})

    assert again.status_code == 200
    assert "Something was changed since the last look" in again.content.decode()
    assert not Policy.objects.filter(name="A").exists()


def test_edit_that_changes_nothing_keeps_every_rule(shop: Shop, admin: Client) -> None:
    version = shop.policies[shop.amazon_de.pk]
    spec = {
        "name": "Amazon Urgent",
        "first_reply": {"target_minutes": 840, "limit_minutes": 1440, "limit_confirmed": True},
        "next_reply": {"target_minutes": 840, "limit_minutes": 1440, "limit_confirmed": True},
        "resolution": {
            "target_minutes": 2880, "target_calendar": "office", "pauses": ["waiting_on_buyer"]
        },
        "return_decision": {
            "target_minutes": 480,
            "target_model": "window_hours",
            "target_window": {"start": "09:00", "end": "17:00", "days": ["mon", "tue"]},
            "limit_days": 3,
            "limit_model": "whole_business_days",
            "limit_calendar": "office",
            "limit_confirmed": False,
        },
        "case": {"target_minutes": 30, "target_calendar": "office", "limit_model": "given"},
        "measured": "every_message",
        "mark_needs_confirmation": True,
    }  # fmt: skip
    PolicyVersion.objects.filter(pk=version.pk).update(spec=spec, confidence="high")
    address = f"/settings/policies/{version.policy_id}/edit"

    saved = preview_then_save(admin, address, reason="nothing")
    after = PolicyVersion.objects.get(policy=version.policy_id, number=2)
    shown = page_of(admin, f"/settings/policies/{version.policy_id}")

    assert saved.status_code == 302
    assert "Says the same as the version before." in text_of(shown.css_first("#version-2"))
    return_rule = after.spec["return_decision"]
    assert return_rule["target_window"] == {
        "start": "09:00",
        "end": "17:00",
        "days": ["mon", "tue"],
    }
    assert (return_rule["limit_days"], return_rule["limit_confirmed"]) == (3, False)
    assert after.spec["case"]["limit_model"] == "given"
    assert after.spec["resolution"]["pauses"] == ["waiting_on_buyer"]


def test_version_tells_who_why_and_what_is_different(shop: Shop, admin: Client) -> None:
    version = shop.policies[shop.amazon_de.pk]
    address = f"/settings/policies/{version.policy_id}/edit"

    preview_then_save(
        admin, address, reason="Our team answers faster.", **{"first_reply-target_amount": "10"}
    )

    second = page_of(admin, f"/settings/policies/{version.policy_id}").css_first("#version-2")
    assert "by Camille Perrin" in text_of(second)
    assert "Reason: Our team answers faster." in text_of(second)
    changes = [[text_of(cell) for cell in row.css("td")] for row in second.css(".changes tbody tr")]
    assert ["First reply: 24 h, always counting; target 14 h.",
            "First reply: 24 h, always counting; target 10 h."] in changes  # fmt: skip
    entry = AuditEntry.objects.get(action="policy.edit")
    assert (entry.subject_id, entry.data["number"]) == (version.policy_id, 2)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"reason": ""}, "reason", "Say why: the reason is kept with the new version."),
        ({"name": " "}, "name", "This field is required."),
        ({"first_reply-target_amount": "30"}, "first_reply-target_amount", "make the target 24 h or less"),
        ({"first_reply-target_amount": "-1"}, "first_reply-target_amount", "greater than or equal"),
        ({"first_reply-limit_amount": "48"}, "first_reply-limit_amount", "shorter, not longer"),
        ({"first_reply-limit_amount": ""}, "first_reply-limit_amount", "not longer or dropped"),
        ({"starts": "later"}, "starts_on", "Write the day on which it begins."),
        ({"starts": "later", "starts_on": "2020-01-01"}, "starts_on", "cannot begin in the past"),
        ({"usual_warnings": None, "w0-amount": "500"}, "w0-amount", "between 1 and 100"),
        ({"usual_warnings": None, "w0-to": None}, "w0-to", "Choose who hears of it."),
        ({"usual_warnings": None, "w0-emails": "nobody"}, "w0-emails", "no e-mail address"),
    ],
)  # fmt: skip
def test_refusal_stands_beside_its_field_and_nothing_typed_is_lost(
    shop: Shop, admin: Client, changes: dict[str, Any], field: str, said: str
) -> None:
    version = shop.policies[shop.amazon_de.pk]
    confirm(version)
    address = f"/settings/policies/{version.policy_id}/edit"
    sent = typed(page_of(admin, address), reason="Because.", **{"case-target_amount": "45"})
    sent = {name: value for name, value in {**sent, **changes}.items() if value is not None}

    looked = admin.post(address, {**sent, "do": "preview"})
    tree = HTMLParser(looked.content.decode())
    if field == "reason":
        seen = tree.css_first("[name=seen]").attributes["value"]
        looked = admin.post(address, {**sent, "do": "save", "seen": seen})
        tree = HTMLParser(looked.content.decode())

    assert looked.status_code == 422
    error = tree.css_first(f"#id_{field}_error")
    assert error is not None, text_of(tree.css_first("#policy-form"))[:600]
    assert said in text_of(error)
    kept = tree.css_first("[name=case-target_amount]")
    assert kept.attributes["value"] == "45"
    assert PolicyVersion.objects.filter(policy=version.policy_id).count() == 1


def test_refusal_speaks_the_readers_language(shop: Shop, admin: Client) -> None:
    version = shop.policies[shop.amazon_de.pk]
    confirm(version)
    shop.camille.language = "de"
    shop.camille.save()
    address = f"/settings/policies/{version.policy_id}/edit"
    sent = typed(page_of(admin, address), reason="Weil.", **{"first_reply-limit_amount": "48"})

    looked = admin.post(address, {**sent, "do": "preview"})

    error = HTMLParser(looked.content.decode()).css_first("#id_first_reply-limit_amount_error")
    assert "first_reply" not in text_of(error)
    assert "Frist" in text_of(error)


def confirm(version: PolicyVersion, *, is_sure: bool = True) -> None:
    """Let the rulebook be sure of a policy's limit, or only assume it."""
    spec = version.spec
    for kind in ("first_reply", "next_reply"):
        spec = {**spec, kind: {**spec[kind], "limit_confirmed": is_sure}}
    PolicyVersion.objects.filter(pk=version.pk).update(
        spec=spec, confidence="high" if is_sure else "low", limit_is_confirmed=is_sure
    )


def test_confirmed_limit_can_be_made_shorter(shop: Shop, admin: Client) -> None:
    version = shop.policies[shop.amazon_de.pk]
    confirm(version)
    address = f"/settings/policies/{version.policy_id}/edit"

    preview_then_save(admin, address, reason="Safer.", **{"first_reply-limit_amount": "20"})

    after = PolicyVersion.objects.get(policy=version.policy_id, number=2)
    assert after.spec["first_reply"]["limit_minutes"] == 1200
    assert after.limit_is_confirmed is True


def test_assumed_limit_can_be_confirmed_and_set_freely(shop: Shop, admin: Client) -> None:
    version = shop.policies[shop.ebay_fr.pk]
    confirm(version, is_sure=False)
    address = f"/settings/policies/{version.policy_id}/edit"

    preview_then_save(
        admin, address, reason="eBay told us.", is_confirmed="on",
        **{"first_reply-limit_amount": "72"},
    )  # fmt: skip

    after = PolicyVersion.objects.get(policy=version.policy_id, number=2)
    assert after.spec["first_reply"]["limit_minutes"] == 4320
    assert (after.limit_is_confirmed, after.spec["first_reply"]["limit_confirmed"]) == (True, True)


def test_change_planned_for_later_waits_for_its_day(shop: Shop, admin: Client) -> None:
    version = shop.policies[shop.ebay_fr.pk]
    day = (clock.now() + timedelta(days=7)).date().isoformat()
    address = f"/settings/policies/{version.policy_id}/edit"

    preview_then_save(
        admin, address, reason="New contract.", starts="later", starts_on=day, starts_at="08:00",
        **{"first_reply-target_amount": "6"},
    )  # fmt: skip

    page = page_of(admin, f"/settings/policies/{version.policy_id}")
    assert "planned" in text_of(page.css_first("#version-2"))
    assert "in force" in text_of(page.css_first("#version-1"))
    assert "changes" in text_of(page_of(admin, "/settings/policies").css_first("#policies"))
    assert "is planned for" in text_of(page_of(admin, address))
    assert rollouts.step(now=clock.now()) is False


def test_warnings_are_edited_as_rows(shop: Shop, admin: Client) -> None:
    version = shop.policies[shop.ebay_fr.pk]
    address = f"/settings/policies/{version.policy_id}/edit"
    rows = {f"w{number}-amount": "" for number in range(5)}

    preview_then_save(
        admin, address, reason="Warn the boss.", usual_warnings=None,
        **{**rows, "w1-amount": "2", "w1-unit": "hours", "w1-of": "limit",
           "w1-to": ["supervisor"], "w1-emails": "boss@maisonperrin.example"},
    )  # fmt: skip

    after = PolicyVersion.objects.get(policy=version.policy_id, number=2)
    assert after.spec["warnings"] == [
        {"of": "limit", "to": ["supervisor", "email:boss@maisonperrin.example"],
         "before_minutes": 120}
    ]  # fmt: skip
    shown = text_of(page_of(admin, f"/settings/policies/{version.policy_id}"))
    assert "2 h before the limit: the team leaders and boss@maisonperrin.example." in shown


def test_order_is_changed_by_buttons(shop: Shop, admin: Client) -> None:
    first, second = make(shop, "First made"), make(shop, "Second made")
    names = [text_of(h) for h in page_of(admin, "/settings/policies").css(".policy--own h3")]

    moved = admin.post(
        f"/settings/policies/{first.pk}/move", {"direction": "up"}, headers={"HX-Request": "true"}
    )

    assert names == ["Second made", "First made"]
    after = [text_of(h) for h in HTMLParser(moved.content.decode()).css(".policy--own h3")]
    assert after == ["First made", "Second made"]
    assert Policy.objects.get(pk=first.pk).position < Policy.objects.get(pk=second.pk).position


def test_policy_is_switched_off_and_on_again(shop: Shop, admin: Client) -> None:
    policy = make(shop)
    admin.post(f"/settings/policies/{policy.pk}/retire")
    off = text_of(page_of(admin, "/settings/policies"))
    admin.post(f"/settings/policies/{policy.pk}/restore")
    on = page_of(admin, "/settings/policies")

    assert "1 policy is off" in off
    assert len(on.css(".policy--own")) == 1


def test_channels_policy_cannot_be_switched_off(shop: Shop, admin: Client) -> None:
    version = shop.policies[shop.amazon_de.pk]

    answered = admin.post(f"/settings/policies/{version.policy_id}/retire", follow=True)

    assert "always keeps its own policy" in answered.content.decode()
    assert Policy.objects.get(pk=version.policy_id).is_active


def test_condition_is_said_while_it_is_ticked(shop: Shop, admin: Client) -> None:
    sent = {"if-risk_tier": ["0"], "if-channel": [str(shop.amazon_de.pk)], "if-tags": "Gift, VIP"}

    said = admin.post("/settings/policies/sentence", sent).content.decode()

    assert said.strip() == (
        "Applies to: Claims, on Amazon.de – Maison Perrin, tagged “gift” or “vip”."
    )


def test_progress_is_shown_while_a_change_is_applied(shop: Shop, admin: Client) -> None:
    for _ in range(3):
        open_ticket(shop, shop.amazon_de, now=clock.now(), tier=1)
    make(shop)

    waiting = admin.get("/settings/policies/rollouts").content.decode()
    while rollouts.step(now=clock.now()):
        pass
    over = admin.get("/settings/policies/rollouts").content.decode()

    assert 'hx-trigger="every 2s"' in waiting
    assert "About to be applied" in waiting
    assert 'hx-trigger="every 2s"' not in over
    assert "Applied to 3 open tickets: 3 got another policy or version." in over


def test_what_is_over_gives_way_to_the_next_change(shop: Shop, admin: Client) -> None:
    open_ticket(shop, shop.amazon_de, now=clock.now(), tier=1)
    make(shop)
    while rollouts.step(now=clock.now()):
        pass
    make(shop, "Another")

    shown = admin.get("/settings/policies/rollouts").content.decode()

    assert "About to be applied" in shown
    assert "Applied to" not in shown


def test_end_of_a_change_is_said_for_a_short_while_and_leaves_an_open_page_by_itself(
    shop: Shop, admin: Client
) -> None:
    open_ticket(shop, shop.amazon_de, now=clock.now(), tier=1)
    make(shop)
    while rollouts.step(now=clock.now()):
        pass
    over = admin.get("/settings/policies/rollouts").content.decode()
    Rollout.objects.update(finished_at=clock.now() - timedelta(minutes=2))

    later = admin.get("/settings/policies/rollouts").content.decode()

    assert 'hx-trigger="every 20s"' in over
    assert "Applied to" not in later
    assert "hx-trigger" not in later


def test_list_says_how_the_stored_deadlines_were_found(shop: Shop, admin: Client) -> None:
    verifying.verify_all(now=clock.now())
    right = text_of(page_of(admin, "/settings/policies"))
    ticket = open_ticket(shop, shop.amazon_de, now=clock.now())
    Ticket.objects.filter(pk=ticket.pk).update(next_kind="case")
    verifying.verify_all(now=clock.now())
    wrong = text_of(page_of(admin, "/settings/policies"))

    assert "0 tickets, no difference" in right
    assert "1 tickets" in wrong
    assert "differences" in wrong


def test_doubtful_policies_are_told_with_what_to_do(shop: Shop, admin: Client) -> None:
    make(shop, "Everything", conditions={})
    make(shop, "Never", conditions={"risk_tier": [0]})
    policies.arrange(
        [p.pk for p in Policy.objects.filter(name__in=["Everything", "Never"]).order_by("name")],
        by=shop.camille,
        now=clock.now(),
    )

    said = text_of(page_of(admin, "/settings/policies").css_first(".findings"))

    assert "It is never reached: Everything before it takes every ticket" in said


@pytest.mark.parametrize("name", ["ines", "noah"])
def test_others_read_policies_and_change_nothing(shop: Shop, name: str) -> None:
    policy = make(shop)
    browser = entered(getattr(shop, name))

    listed, shown = (
        browser.get("/settings/policies"),
        browser.get(f"/settings/policies/{policy.pk}"),
    )
    denied = [
        browser.get("/settings/policies/new"),
        browser.get(f"/settings/policies/{policy.pk}/edit"),
        browser.post(f"/settings/policies/{policy.pk}/edit", {}),
        browser.post(f"/settings/policies/{policy.pk}/retire"),
        browser.post(f"/settings/policies/{policy.pk}/restore"),
        browser.post(f"/settings/policies/{policy.pk}/move", {"direction": "up"}),
        browser.post("/settings/policies/sentence", {}),
        browser.post("/settings/policies/new/coverage", {}),
    ]

    assert (listed.status_code, shown.status_code) == (200, 200)
    assert "/edit" not in shown.content.decode()
    assert [response.status_code for response in denied] == [403] * len(denied)


def test_list_shows_the_channels_that_a_person_sees(shop: Shop) -> None:
    open_ticket(shop, shop.own_shop, now=clock.now(), tier=1)
    policy = make(shop)
    while rollouts.step(now=clock.now()):
        pass

    def seen_by(name: str) -> tuple[list[str], str]:
        browser = entered(getattr(shop, name))
        listed = page_of(browser, "/settings/policies")
        one = page_of(browser, f"/settings/policies/{policy.pk}")
        return [text_of(h) for h in listed.css("#policies h3")], text_of(one.css_first("#where"))

    assert seen_by("noah") == (
        ["Claims first", "Amazon Urgent", "eBay Standard", "Shop Standard"],
        "Holds on 1 open ticket",
    )
    assert seen_by("ines") == (
        ["Claims first", "Amazon Urgent", "eBay Standard"],
        "S’applique à 0 ticket ouvert",
    )


def test_save_looks_again_when_somebody_else_edited_meanwhile(shop: Shop, admin: Client) -> None:
    version = shop.policies[shop.ebay_fr.pk]
    address = f"/settings/policies/{version.policy_id}/edit"
    sent = typed(page_of(admin, address), reason="A.", **{"first_reply-target_amount": "6"})
    looked = HTMLParser(admin.post(address, {**sent, "do": "preview"}).content.decode())
    seen = looked.css_first("[name=seen]").attributes["value"]
    preview_then_save(admin, address, reason="B.", **{"first_reply-target_amount": "5"})

    answered = admin.post(address, {**sent, "do": "save", "seen": seen})

    assert "Something was changed since the last look" in answered.content.decode()
    assert PolicyVersion.objects.filter(policy=version.policy_id).count() == 2


def test_editor_says_how_the_channel_measures_and_where_that_is_written(
    shop: Shop, admin: Client
) -> None:
    version = shop.policies[shop.amazon_de.pk]
    spec = {**version.spec, "measured": "every_message", "auto_reply_counts": False}
    PolicyVersion.objects.filter(pk=version.pk).update(
        spec=spec, source="https://www.sellercentral.amazon.com/help"
    )

    page = page_of(admin, f"/settings/policies/{version.policy_id}/edit")

    said = [text_of(line) for line in page.css("#policy-form .sentences li")]
    assert said == [
        "Each message of the buyer is measured.",
        "An automatic reply does not count as an answer.",
        "Source of the limit: sellercentral.amazon.com",
    ]


def test_editor_tells_what_the_hours_make_possible_for_what_is_typed(
    shop: Shop, admin: Client
) -> None:
    version = shop.policies[shop.own_shop.pk]
    address = f"/settings/policies/{version.policy_id}"
    sent = typed(page_of(admin, f"{address}/edit"), **{"first_reply-target_amount": "1"})

    within_an_hour = text_of(HTMLParser(admin.post(f"{address}/coverage", sent).content.decode()))
    sent["first_reply-target_calendar"] = "office"
    of_open_time = text_of(HTMLParser(admin.post(f"{address}/coverage", sent).content.decode()))

    assert "29.8" in within_an_hour
    assert "100" in of_open_time
    assert "29.8" not in of_open_time
