"""Measures the cleaner on pages with gold text: how true its texts are, how fast it is, and whether either has fallen."""
