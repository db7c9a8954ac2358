"""The event stream that tells browsers what changed. Knows no Django, no ticket's content."""
