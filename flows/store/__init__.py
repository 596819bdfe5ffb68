"""The memory of a run and the files of CLEAN: state, shards, recovery."""
