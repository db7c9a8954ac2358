"""Views of alerts: one call each."""
