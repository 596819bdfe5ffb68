"""Judges what no rule is sure about: features of a line and its neighbours, an ensemble of trees, a second reader."""
