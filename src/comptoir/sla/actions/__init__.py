"""The verbs of policies and calendars: one transaction each."""
