"""When a buyer would take two texts for the same one."""

from __future__ import annotations

from comptoir.replies.likeness import is_same

LATE = (
    "Hello Anna, I am sorry that your parcel is late. I have asked DHL where it is, and they have "
    "five working days to answer. I will write to you again by 24 November, whatever they say."
)


def test_same_words_with_other_dates_are_the_same() -> None:
    assert is_same(LATE, LATE.replace("24 November", "2 December"))


def test_another_answer_is_not_the_same() -> None:
    assert not is_same(LATE, "Hello Anna, we have refunded the order today; it takes three days.")


def test_short_thanks_may_be_repeated() -> None:
    assert not is_same("Thank you, have a nice day.", "Thank you, have a nice day.")
