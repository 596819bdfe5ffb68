"""One run: its options, its stages, the processes that clean, what is decided over all pages; and what commands share.

A run: `run` and `stages` over `dispatch`, `pool` with `worker`, `messages` and `causes`, `learn_sites`, `standing`,
`versions`, `drift`, `gates`, `user_rules`, `summary`, by `options`. The command line: `commands`, `command_line`, `option`, `progress`.
Answers to people: `asked_page`, `confined` and `explained` for `explain`, `learned_lines` and `rule_cases` for `sites`.
"""
