"""Who is warned of what, when, and by which transport. Not what a deadline is, and no rules."""
