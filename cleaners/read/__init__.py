"""Reads the bytes of a page into blocks with their evidence."""
