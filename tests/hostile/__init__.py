"""Makes hostile input of every kind we know, and runs the command over all of it."""
