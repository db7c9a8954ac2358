"""Where personal data lies. Every stored field is placed on the map."""
