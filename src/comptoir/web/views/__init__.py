"""One view a page or a button: read the form, make one call, answer. No rules."""
