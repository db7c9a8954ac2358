"""Taking in what channels tell other than by mail: messages, orders, cases, figures."""
