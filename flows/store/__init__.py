"""This package touches every file of a run: it reads raw containers and writes shards, state and manifest."""
