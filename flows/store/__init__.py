"""The state of a CLEAN folder and its recovery, and how files come into place there."""
