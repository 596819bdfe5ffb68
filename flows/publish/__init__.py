"""Writes what a run publishes beside its articles: manifest, report, data card."""
