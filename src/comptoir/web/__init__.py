"""The pages: forms and views that turn a request into one call. No rules."""
