"""The commands: arguments in, one call, an answer out. Also the demo shop and its seeds."""
