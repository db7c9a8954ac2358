"""The small desk of the tests of tickets."""

from tests.tickets.conftest import desk

__all__ = ["desk"]
