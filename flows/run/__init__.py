"""One run: its options, its stages, the processes that clean, what is decided over all pages."""
