"""What people and loops do with alerts: one verb a file."""
