"""The template of a connector: copy this folder, give it the channel's name, and change what it says."""
