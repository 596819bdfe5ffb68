"""Trees: what was flattened gives what the trainer's dump says."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.judge.trees import Trees, averaged, flatten


def test_flattened_trees_give_what_the_dump_says() -> None:
    leaf = {"leaf_value": -1.0}
    split = {"split_feature": 1, "threshold": 0.5, "left_child": {"leaf_value": 2.0}, "right_child": leaf}
    dump = {"tree_info": [{"tree_structure": split}, {"tree_structure": {"leaf_value": 0.25}}]}
    trees = flatten(dump, ["a", "b"])
    table = np.array([[9.0, 0.5], [9.0, 0.6]], np.float32)
    assert trees.probability(table).tolist() == pytest.approx([1 / (1 + np.exp(-2.25)), 1 / (1 + np.exp(0.75))])
    assert Trees.from_record(trees.as_record()).probability(table).tolist() == trees.probability(table).tolist()
    other = flatten({"tree_info": [{"tree_structure": {"leaf_value": 1.75}}]}, ["a", "b"])
    both = averaged([trees, other])
    assert both.probability(table).tolist() == pytest.approx([1 / (1 + np.exp(-2.0)), 1 / (1 + np.exp(-0.5))])
    assert len(both.contributions(table)[0]) == 2
