"""Settings → Assignment: the rules by which tickets are given, and trying them out."""
