"""One view a page or a button of people's own rooms: read the form, make one call, answer."""
