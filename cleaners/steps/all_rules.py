"""All rules of all steps, in the order in which the steps decide: what a ledger may name under `step` and `rule`."""

from __future__ import annotations

from types import ModuleType

from cleaners.steps import (
    bylines,
    captions,
    cautious,
    cookie_banners,
    duplicate_lines,
    embeds,
    keep_rest,
    link_lists,
    main_content,
    promos,
    related,
    second_pass,
    site_chrome,
    site_repeats,
    site_rules,
    title_repeat,
)
from cleaners.verdict import Rule

# As in cleaners/pipeline.py; `cautious` last, which decides anew where all of them leave next to nothing.
MODULES: tuple[ModuleType, ...] = (
    site_rules, cookie_banners, captions, site_chrome, related, promos, embeds, bylines, title_repeat, link_lists,
    duplicate_lines, main_content, site_repeats, second_pass, keep_rest, cautious,
)  # fmt: skip


def all_rules() -> tuple[Rule, ...]:
    """Every rule of every step, each once, in pipeline order."""
    return tuple(rule for module in MODULES for rule in module.RULES)
