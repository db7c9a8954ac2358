"""Facts on marketplaces as typed, validated data with their sources. No decisions about a ticket."""
