"""How each sales channel is read and answered: a kernel and one folder a connector. Knows nothing of tickets."""
