"""View-models: what pages show, as plain values and finished words. No database, no forms."""
