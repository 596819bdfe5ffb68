"""Every error that cleaning raises on purpose.

CleaningError
├── UnreadablePage    a raw page becomes no article; carries the reason counted in the manifest
├── NotText           a payload that holds no text in any encoding
├── BadRules          a file with rules cannot be used; names file, line and next step
│   └── BadSelector   a CSS selector that can match nothing
├── WrongModel        the judge's model was made for another table of features
│   └── NoCover       the model cannot say what each feature contributes
└── DecidedTwice      a step gave a verdict on a block that had one: a fault of ours
"""

from __future__ import annotations

from cleaners.vocabulary import QuarantineReason


class CleaningError(Exception):
    """The root of them all."""


class UnreadablePage(CleaningError):
    """A raw page becomes no article: `reason` as counted in the manifest, and a message with the next step.

    `site` and `fetched_at` are those of a page that was read and holds no article, None where they are not known.
    """

    def __init__(
        self, reason: QuarantineReason, detail: str, *, site: str | None = None, fetched_at: str | None = None
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail, self.site, self.fetched_at = QuarantineReason(reason), detail, site, fetched_at


class NotText(CleaningError):
    """The payload is not text in any encoding; the message says what it looks like."""


class BadRules(CleaningError):
    """A rules file cannot be used; the message names file, table and next step."""


class BadSelector(BadRules):
    """Not a selector that can be matched; the message says why, on one line."""


class WrongModel(CleaningError):
    """The model of the judge cannot be used; the message says why, and which command makes a new one."""


class NoCover(WrongModel):
    """The ensemble was written without its leaves' cover, so nobody can say what each feature contributes."""


class DecidedTwice(CleaningError):
    """A step gave a verdict on a block that had one; a verdict is written once."""
