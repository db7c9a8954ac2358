"""Raw mails as marketplaces, buyers and machines send them to the demo shop; who writes what and when is decided elsewhere."""
