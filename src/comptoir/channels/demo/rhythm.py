"""When messages come: how many in each hour of a day and on each day of a week.

Source: arrivals of 13,769 incidents, 29 February to 17 April 2016, "Incident management process
enriched event log", UCI Machine Learning Repository (ServiceNow). Shares in percent, local time;
its weekend is a company's, so half of the missing weekend is given back: buyers write on Sundays.
"""

from __future__ import annotations

import random
from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Paris")
HOUR_SHARE_PERCENT = (
    0.94, 0.73, 0.54, 0.50, 0.46, 0.41, 1.42, 2.54, 9.77, 12.52, 12.09, 10.07,
    5.21, 6.99, 9.42, 8.89, 7.41, 4.59, 1.84, 0.87, 0.78, 0.79, 0.64, 0.59,
)  # fmt: skip
WEEKDAY_SHARE_PERCENT = (22.13, 19.14, 19.34, 18.23, 16.59, 2.37, 2.21)
EVEN_HOUR_PERCENT = 100 / 24
EVEN_DAY_PERCENT = 100 / 7
BUYERS_EVENING_SHARE = 0.35
"""Part of buyers who write at any hour, not at their desk's."""


def weight(moment: datetime) -> float:
    """Tell how busy a moment is: 1 on average over a week."""
    local = moment.astimezone(ZONE)
    hour = HOUR_SHARE_PERCENT[local.hour] / EVEN_HOUR_PERCENT
    day = WEEKDAY_SHARE_PERCENT[local.weekday()] / EVEN_DAY_PERCENT
    if local.weekday() >= 5:
        day = (day + 1) / 2
    return hour * day * (1 - BUYERS_EVENING_SHARE) + BUYERS_EVENING_SHARE


def moments(count: int, since: datetime, until: datetime, dice: random.Random) -> list[datetime]:
    """Draw that many moments between two, more where it is busy; in order."""
    drawn: list[datetime] = []
    span = until - since
    while len(drawn) < count:
        moment = since + span * dice.random()
        if dice.random() * 4.0 < weight(moment):
            drawn.append(moment)
    return sorted(drawn)
