"""Pure rules: calendars, clocks, priority, understanding of text. No database, no framework, no reading of the time."""
