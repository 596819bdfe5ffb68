"""One step a file, named after what it removes."""
