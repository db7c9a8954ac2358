"""The verbs of the merchant's side: one transaction each, told who did it and when; nothing that only reads."""
