"""All rules of all steps, gathered from the pipeline: what a ledger may name under `step` and `rule`."""

from __future__ import annotations

import sys
from types import ModuleType

from cleaners.pipeline import STEPS, sure_again
from cleaners.steps.cautious import cautious
from cleaners.verdict import Rule

# In the order in which they decide. The second pass has none of its own, and `cautious` decides anew where all others
# leave next to nothing.
MODULES: tuple[ModuleType, ...] = tuple(
    sys.modules[step.__module__] for step in (*STEPS, cautious) if step is not sure_again
)


def all_rules() -> tuple[Rule, ...]:
    """Every rule of every step, each once, in the order in which the steps decide."""
    return tuple(rule for module in MODULES for rule in module.RULES)
