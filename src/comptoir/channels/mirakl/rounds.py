"""Where the readings of a shop stand, and which incidents are open on its orders' lines."""

from __future__ import annotations

from comptoir.channels.kernel.rounds import Rounds

KEPT_MAX = 500


class ShopRounds(Rounds):
    """The cursor of a shop; its `incidents` say by line how many there were, below zero when over."""

    def incident(self, line: str, *, is_open: bool) -> dict[str, str] | None:
        """Note the state of an order's line; give the incident opened or closed, if there is one.

        Mirakl numbers lines, not incidents: a line's second one becomes `<line>#2`.
        """
        known = self._parts.setdefault("incidents", {})
        number = int(known.get(line, 0))
        if not is_open and number <= 0:
            return None
        number = abs(number) + (1 if is_open and number <= 0 else 0)
        known.pop(line, None)
        known[line] = number if is_open else -number
        for old in list(known)[: max(0, len(known) - KEPT_MAX)]:
            del known[old]
        name = line if number == 1 else f"{line}#{number}"
        return {"id": name, "line": line, "state": "opened" if is_open else "closed"}
