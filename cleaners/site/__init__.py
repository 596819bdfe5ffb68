"""What sister pages teach about a site, and what a user rules about it."""
