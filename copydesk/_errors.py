"""The errors that a caller of Copydesk may want to catch.

CopydeskError
├── NoArticle    a page that becomes no article; carries the reason as the command's quarantine has it
└── BadRules     a file with rules cannot be used; names file, line and next step

An argument of the wrong kind is a TypeError, one that cannot be meant a ValueError; both name it and say what to give.
"""

from __future__ import annotations


class CopydeskError(Exception):
    """The root of what Copydesk raises about pages and rules."""


class NoArticle(CopydeskError):
    """A page that becomes no article: a notice, a wall, nothing visible, or bytes that are no text.

    `reason` is one word of those that the manifest counts, such as "too_little" or "consent_wall"; `detail` says in
    words what was found and what to do.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)  # both, so that it can be sent from one process to another
        self.reason, self.detail = reason, detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"


class BadRules(CopydeskError):
    """A file with rules cannot be used; the message names file, line and next step."""
