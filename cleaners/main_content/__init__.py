"""This package judges what no rule is sure about: the reference extractor's vote, evidence, trees, neighbours."""

from cleaners.main_content.step import main_content

__all__ = ["main_content"]
