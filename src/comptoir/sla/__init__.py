"""Policies and calendars as stored, and their versions. The rules themselves are in core."""
