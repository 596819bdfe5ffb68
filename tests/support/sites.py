"""Pages of a site that a person ruled about, or that taught something."""

from __future__ import annotations

from dataclasses import replace

from cleaners.page import Page
from cleaners.site.user_rules import SiteFile, with_rules


def ruled(page: Page, file: SiteFile | None, markup: str = "") -> Page:
    """The page with the rules of its site; `markup` is the HTML it was read from."""
    return replace(page, site=with_rules(page.site, file.rules if file else None, markup))
