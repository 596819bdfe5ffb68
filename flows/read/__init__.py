"""Reads RAW: finds its files, opens archives, hands out one page at a time."""
