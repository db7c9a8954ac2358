"""How an alert leaves: one file a way. Not when, nor to whom; nothing here reads an alert's rows."""
