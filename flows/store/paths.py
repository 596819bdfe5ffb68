"""Where the files of a shard stand below CLEAN, and which folders of it are written into."""

from __future__ import annotations

PRIVATE = ".state"
FOLDERS = ("articles", "removed", "quarantine")  # of the output; beside these a run writes folders in PRIVATE alone
RECOVERY = f"{PRIVATE}/kept"
RECOVERY_SUFFIX = ".pages"  # else what was a container and is a folder now would need one name twice


def articles_of(shard: str) -> str:
    """The file with the articles of a shard."""
    return f"articles/{shard}.jsonl"


def ledger_of(shard: str) -> str:
    """The file with what was removed from the pages of a shard."""
    return f"removed/{shard}.jsonl"


def quarantine_of(shard: str) -> str:
    """The file with the pages of a shard that became no article."""
    return f"quarantine/{shard.replace('/', '-')}.jsonl"


def proven_of(shard: str) -> tuple[str, str, str]:
    """The files whose hashes stand in the recovery file of a shard, in that order."""
    return articles_of(shard), ledger_of(shard), quarantine_of(shard)


def recovery_of(shard: str) -> str:
    """The file with what the other files of a shard do not say of its pages."""
    return f"{RECOVERY}/{shard}{RECOVERY_SUFFIX}"
