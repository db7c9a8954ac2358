"""The verbs of tickets: one transaction each, told who did it and when."""
