"""Writes what a run publishes: the files of each shard, one writer a kind, then data card, report and manifest."""
