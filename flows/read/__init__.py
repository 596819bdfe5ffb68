"""Reads RAW: finds its files and reads the pages in them, one reader a kind of input."""
