"""PostgreSQL and its launcher, the raw store, files, the change feed, the audit trail. Knows no ticket."""
