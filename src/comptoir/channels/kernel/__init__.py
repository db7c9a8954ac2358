"""What all connectors share: the promises they make and the values they exchange. No channel's own words."""
