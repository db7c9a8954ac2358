"""Settings about hours: calendars and their versions, and what staffed hours make possible.

What hours mean is `core.calendars`', what can be reached with them `core.coverage`'s.
"""
