"""Bad input of `comptoir calendar` and `comptoir sla evaluate`: one line that says what to change."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cli.examples import EVERY_MODEL, OFFICE, SIMPLE, TIMELINES
from tests.cli.mutations import mutated

from comptoir.cli.calendar import OPERATIONS, calendar
from comptoir.cli.sla import sla

AT = "2026-03-06T09:00:00Z"
LATER = "2026-04-06T09:00:00Z"
EVERYTHING = {"from": AT, "to": LATER, "at": AT, "minutes": 240, "count": 3}
HOLIDAY_OFFICE = {
    **OFFICE,
    "holidays": ["2026-12-25"],
    "overrides": {"2026-12-24": [["09:00", "12:00"]]},
    "closures": {"2026-01-05": [["10:00", "11:00"]]},
}
QUESTIONS = [
    {"id": op, "calendar": spec, "op": op, **EVERYTHING}
    for spec in (HOLIDAY_OFFICE, "always")
    for op in OPERATIONS
]
GOOD = {"calendar": (calendar, [], QUESTIONS[0]), "sla": (sla, ["evaluate"], SIMPLE)}
SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def answers(name: str, *lines: bytes) -> tuple[list[dict[str, Any]], int]:
    """Run the command; what it prints must be JSON of one line each, without NaN."""
    command, words, _ = GOOD[name]
    result = CliRunner().invoke(command, words, input=b"".join(line + b"\n" for line in lines))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    read = [json.loads(line, parse_constant=pytest.fail) for line in result.stdout.splitlines()]
    return read, result.exit_code


def check_bad_or_good(name: str, question: object) -> None:
    """A line gives an answer or one sentence, and the line after it is answered as ever."""
    good = {**GOOD[name][2], "id": "good"}

    (first, second), status = answers(
        name, json.dumps(question).encode(), json.dumps(good).encode()
    )

    assert second["id"] == "good"
    assert "error" not in second
    assert status == (1 if "error" in first else 0)
    if "error" in first:
        assert list(first) == ["id", "error"]
        assert first["error"].strip()
        assert "\n" not in first["error"]
        assert len(first["error"]) < 1500


@settings(max_examples=250, **SLOW)
@given(question=mutated(QUESTIONS))
def test_calendar_answers_or_says_what_is_wrong_whatever_comes(question: dict[str, Any]) -> None:
    check_bad_or_good("calendar", question)


@settings(max_examples=250, **SLOW)
@given(timeline=mutated(TIMELINES))
def test_sla_evaluate_answers_or_says_what_is_wrong_whatever_comes(
    timeline: dict[str, Any],
) -> None:
    check_bad_or_good("sla", timeline)


@settings(max_examples=100, **SLOW)
@given(name=st.sampled_from(sorted(GOOD)), line=st.binary(max_size=60))
def test_any_bytes_are_a_line(name: str, line: bytes) -> None:
    line = line.replace(b"\n", b"").replace(b"\r", b"")
    read, status = answers(name, line)

    assert len(read) == (1 if line.strip() else 0)
    assert status == (1 if read and "error" in read[0] else 0)


def changed(example: dict[str, Any], place: str, value: object) -> dict[str, Any]:
    """Give the example with one value changed: "policy/first_reply/limit_minutes"."""
    made: Any = copy.deepcopy(example)
    *way, last = place.split("/")
    holder = made
    for key in way:
        holder = holder[int(key)] if isinstance(holder, list) else holder[key]
    holder[last] = value
    return dict(made)


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("calendar/timezone", "Mars/Olympus", 'no time zone "Mars/Olympus"; use an IANA name'),
        ("calendar/timezone", None, 'no time zone "None"'),
        ("calendar/timezone", "../../etc/passwd", "no time zone"),
        ("calendar", {"timezone": "UTC"}, 'no open time at all; give it "hours"'),
        ("calendar/hours", {}, "can never supply 240; give it weekly hours"),
        ("calendar/hours", {"monday": []}, '"hours" knows no "monday"; it takes mon, tue'),
        ("calendar/hours", {"mon": [["09:00", "09:00"]]}, "has equal ends"),
        ("calendar/hours", {"mon": [["09:00", "24:30"]]}, '"24:30" is not a time of day'),
        ("calendar/hours", {"mon": [["9:00", "17:00"]]}, '"9:00" is not a time of day'),
        ("calendar/hours", {"mon": [["24:00", "09:00"]]}, 'cannot begin at "24:00"'),
        (
            "calendar/hours",
            {"mon": [["09:00", "12:00"], ["11:00", "17:00"]]},
            "intervals of mon overlap; join them or move one",
        ),
        (
            "calendar/hours",
            {"mon": [["22:00", "06:00"]], "tue": [["05:00", "09:00"]]},
            "mon night and tue overlap",
        ),
        ("calendar/hours", {"mon": ["09:00", "17:00"]}, "an interval is a pair such as"),
        ("calendar/holidays", ["2026-02-30"], '"2026-02-30" is not a date'),
        ("calendar/holidays", "2026-12-25", '"holidays" must be a list of dates'),
        ("calendar/overrides", ["2026-12-24"], '"overrides" must be an object'),
        ("calendar/closure", {}, 'a calendar knows no "closure"; it takes timezone, hours'),
        ("calendar", ["always"], 'a calendar is "always" or an object'),
        ("minutes", -1, '"minutes" must not be negative'),
        ("minutes", float("nan"), '"minutes" must be a number of minutes'),
        ("minutes", float("inf"), '"minutes" must be a number of minutes'),
        ("minutes", 1e300, '"minutes" is too large'),
        ("minutes", 10**12, "outside the years 1900 to 2499"),
        ("minutes", "240", '"minutes" must be a number of minutes'),
        ("from", "2026-03-06T09:00:00", 'has no offset from UTC; add "Z"'),
        ("from", "2026-02-30T09:00:00Z", "is not a moment"),
        ("from", "0900-01-01T00:00:00Z", "outside the years 1900 to 2499"),
        ("from", "9999-12-31T23:59:59Z", "outside the years 1900 to 2499"),
        ("from", "0001-01-01T00:00:00+14:00", "outside the years 1 to 9999"),
        ("op", "sum", '"op" must be one of add, subtract'),
    ],
)
def test_calendar_names_what_to_change(place: str, value: object, said: str) -> None:
    question = {"id": 7, "calendar": HOLIDAY_OFFICE, "op": "add", **EVERYTHING}
    check_bad_or_good("calendar", changed(question, place, value))

    (answer,), _ = answers("calendar", json.dumps(changed(question, place, value)).encode())

    assert answer["id"] == 7
    assert said in answer["error"]


FIRST = "policy/first_reply"


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (f"{FIRST}/target_minutes", 1441, "the target is later than the limit; make the target"),
        (f"{FIRST}/limit_minutes", float("nan"), '"limit_minutes" must be a number of minutes'),
        (f"{FIRST}/limit_minutes", 1e300, '"limit_minutes" is too large'),
        (f"{FIRST}/limit_minutes", 1e12, "the result lies after the year 9999"),
        (f"{FIRST}/limit_minutes", True, '"limit_minutes" must be a number of minutes'),
        (f"{FIRST}/limit_calendar", "moon", 'no calendar "moon"; known are always, office'),
        (f"{FIRST}/limit_calendar", 3, 'no calendar "3"'),
        (f"{FIRST}/limit_model", "weekly", '"limit_model" must be one of hours, working_day'),
        (f"{FIRST}/limit_days", 3, '"limit_days" goes with "limit_model"'),
        (f"{FIRST}/window", {"start": "09:00"}, "is not a time of day"),
        (f"{FIRST}/window", {"days": ["noday"]}, '"days" of a window are some of mon, tue'),
        (f"{FIRST}/pauses", ["solved"], "only waiting_on_buyer and waiting_on_marketplace"),
        (f"{FIRST}/pauses", ["waiting_on_buyer"], "only resolution can pause"),
        (f"{FIRST}/limits", 5, 'knows no "limits"'),
        ("policy/resolution/pauses", "waiting_on_buyer", '"pauses" must be a list'),
        ("policy/measured", "all", '"measured" must be one of every_message'),
        ("policy/limit_confirmed", "yes", '"limit_confirmed" must be true or false'),
        ("policy/second_reply", {}, 'knows no "second_reply"'),
        ("policy", [], "a policy must be an object"),
        (f"{FIRST}/limit_minutes", float("inf"), '"limit_minutes" must be a number of minutes'),
        ("policies", {"a": {}}, 'give either "policy" or "policies", not both'),
        ("calendars", [], '"calendars" must be an object'),
        ("calendars/office", {"timezone": "Europe/Paris"}, 'calendar "office": the calendar has'),
        ("calendars/office/hours/mon", [["09:00", "08:30"], ["08:00", "10:00"]], "overlap"),
        ("now", "2026-03-02 09:00", "has no offset from UTC"),
        ("now", "soon", "is not a moment"),
        ("events/0/at", "2026-02-27T17:40:00", 'event 1: "at": "2026-02-27T17:40:00" has no'),
        ("events/0/at", 1772214000, 'event 1: "at" must be a moment'),
        ("events/0/id", None, 'event 1: event "buyer_message" needs "id"'),
        ("events/0/id", ["m1"], 'event 1: "id" must be a text'),
        ("events/0/type", "mail", 'event 1: there is no event type "mail"; known are buyer'),
        ("events/0/text", "hello", 'event 1: event "buyer_message" knows no "text"'),
        ("events/2/to", "all", 'event 3: "to" must be one of buyer, operator, both'),
        ("events/2/holding", 1, 'event 3: "holding" must be true or false'),
        ("events", "none", '"events" must be a list'),
    ],
)
def test_sla_evaluate_names_what_to_change(place: str, value: object, said: str) -> None:
    check_bad_or_good("sla", changed(SIMPLE, place, value))

    (answer,), _ = answers("sla", json.dumps(changed(SIMPLE, place, value)).encode())

    assert answer["id"] == "simple"
    assert said in answer["error"]


def test_policy_that_a_calendar_can_never_supply_is_refused() -> None:
    """Rule 8: the calendar has two hours, once; four are promised."""
    once = {"timezone": "Europe/Paris", "overrides": {"2026-03-07": [["10:00", "12:00"]]}}
    timeline = changed(SIMPLE, "calendars/office", once)

    (answer,), _ = answers("sla", json.dumps(timeline).encode())

    assert "can never supply" in answer["error"]
    assert "give it weekly hours" in answer["error"]


def test_error_stays_on_one_short_line_however_long_the_value_is() -> None:
    timeline = changed(SIMPLE, "policy/measured", "every\nmessage " * 100_000)

    (answer,), _ = answers("sla", json.dumps(timeline).encode())

    assert "\n" not in answer["error"]
    assert len(answer["error"]) < 600


@pytest.mark.parametrize("depth", [500, 940, 980, 1000, 100_000])
@pytest.mark.parametrize(
    "line",
    [
        '{"id": %s, "calendar": "always", "op": "is_open", "at": "2026-03-06T09:00:00Z"}',
        '{"id": 1, "calendar": %s, "op": "is_open", "at": "2026-03-06T09:00:00Z"}',
        '{"id": 1, "calendar": {"timezone": "UTC", "hours": {"mon": [%s]}}, "op": "is_open"}',
        '{"id": 1, "calendar": "always", "op": %s}',
    ],
)
def test_deep_json_is_one_error(line: str, depth: int) -> None:
    good = json.dumps(QUESTIONS[0]).encode()

    read, _ = answers("calendar", (line % ("[" * depth + "]" * depth)).encode(), good)

    assert len(read) == 2
    assert "error" not in read[1]


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"NaN", b"-Infinity", b"9" * 400])
def test_number_beyond_all_numbers_is_never_printed(number: bytes) -> None:
    """What is printed is JSON, whatever the id was."""
    line = b'{"id": ' + number + b', "calendar": "always", "op": "is_open", "at": "' + AT.encode()

    (answer,), status = answers("calendar", line + b'"}')

    assert (answer["open"], status) == (True, 0)


def test_huge_timeline_is_answered_in_seconds() -> None:
    """A thousand messages and a thousand replies on one ticket; `now` lies years later."""
    events = [
        {"at": f"2026-01-{1 + n // 100:02}T{n // 60 % 24:02}:{n % 60:02}:00Z", "type": kind, "id": f"{kind}{n}"}
        for n in range(1000)
        for kind in ("buyer_message", "agent_reply")
    ]  # fmt: skip
    timeline = {**SIMPLE, "events": events, "now": "2031-01-01T00:00:00Z"}

    (answer,), status = answers("sla", json.dumps(timeline).encode())

    assert status == 0
    assert len(answer["messages"]) == 1000


# Events out of order, told twice, years late, from the future


@pytest.mark.parametrize("timeline", TIMELINES, ids=lambda one: str(one["id"]))
def test_order_and_repetition_of_events_never_matter(timeline: dict[str, Any]) -> None:
    """Rule 1."""
    events = timeline["events"]
    backwards = [*reversed(events), *(event for event in events if "id" in event)]

    (first, second), status = answers(
        "sla",
        json.dumps(timeline).encode(),
        json.dumps({**timeline, "events": backwards}).encode(),
    )

    assert status == 0
    assert second == first


def test_event_years_late_counts_from_when_it_happened() -> None:
    late = {"at": "2019-05-01T08:00:00Z", "type": "buyer_message", "id": "m0"}

    (answer,), _ = answers(
        "sla", json.dumps({**SIMPLE, "events": [*SIMPLE["events"], late]}).encode()
    )
    first = answer["clocks"][0]

    assert (first["started_at"], first["state"]) == ("2019-05-01T08:00:00Z", "breached")


def test_event_from_the_future_has_not_happened_yet() -> None:
    future = {"at": "2031-01-01T00:00:00Z", "type": "buyer_message", "id": "m9"}

    with_it, without_it = (
        answers("sla", json.dumps({**SIMPLE, "events": events}).encode())[0]
        for events in ([*SIMPLE["events"], future], SIMPLE["events"])
    )

    assert with_it == without_it


def test_every_model_is_answered() -> None:
    (answer,), status = answers("sla", json.dumps(EVERY_MODEL).encode())

    assert status == 0
    assert {clock["kind"] for clock in answer["clocks"]} == {
        "first_reply", "resolution", "return_decision", "case", "promise",
    }  # fmt: skip
