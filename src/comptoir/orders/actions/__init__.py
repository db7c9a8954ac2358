"""What can be done with orders and customers: one function a verb, one transaction each."""
