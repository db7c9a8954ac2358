"""What is wrong with a preset: no limit and no word that there is none, no clock, no citation."""

from __future__ import annotations

from comptoir.rulebook.presets import Preset


def faults(preset: Preset) -> tuple[str, ...]:
    """Name what a preset lacks, as codes; empty when it may be shipped."""
    found = []
    if preset.limit_hours is None and preset.limit_model != "none":
        found.append("no_limit")
    if preset.limit_hours is not None and preset.limit_hours <= 0:
        found.append("limit_not_positive")
    if not preset.clock:
        found.append("no_clock")
    if not preset.source:
        found.append("no_citation")
    if preset.limit_model == "window_hours" and not (preset.limit_window and preset.limit_timezone):
        found.append("no_window")
    if _is_later_than_limit(preset):
        found.append("target_after_limit")
    return tuple(found)


def _is_later_than_limit(preset: Preset) -> bool:
    same_clock = preset.target_model == preset.limit_model and preset.target_calendar == "always"
    return (
        preset.limit_hours is not None and same_clock and preset.target_hours > preset.limit_hours
    )
