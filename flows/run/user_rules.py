"""A user's rules in a run: read once, handed to every worker; a site's pages are cleaned again when its file changes."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cleaners.errors import BadRules
from cleaners.rules.user_folder import SITES, SUFFIX, read_rules_folder
from flows.errors import CannotRun
from flows.store.state import AGAIN, State

if TYPE_CHECKING:
    from cleaners.site.user_rules import UserRules

FOLDER = "rules"  # beside RAW, where no other is asked for
FACT = "site_rules:"  # and the host: what the file of that site hashed to when its pages were last looked at


@dataclass(frozen=True)
class UserRuleFiles:
    """The files of a folder with a user's rules: their texts by their path in it."""

    folder: str = FOLDER
    texts: dict[str, str] = field(default_factory=dict)

    def for_worker(self) -> bytes:
        """The files as a worker gets them: the same texts for all workers of a run, whatever happens to the files."""
        return json.dumps([self.texts, self.folder]).encode()

    def of_sites(self) -> dict[str, str]:
        """The text of each site's file by the site's host."""
        return {
            name.removeprefix(f"{SITES}/").removesuffix(SUFFIX): text
            for name, text in self.texts.items()
            if name.startswith(f"{SITES}/")
        }

    def digests(self) -> dict[str, str]:
        """What the file of each site hashes to, by the site's host."""
        return {host: hashlib.sha256(text.encode()).hexdigest()[:16] for host, text in self.of_sites().items()}


def read_user_rules(asked: Path | None, raw: Path) -> UserRuleFiles:
    """The rules in the folder asked for, else in the one beside RAW if there is one. Raises CannotRun."""
    folder = asked or Path(os.path.normpath(raw / ".." / FOLDER))
    if not folder.is_dir():
        if asked:
            raise CannotRun(f"{asked} is not a folder: make it, or name the folder with your rules, --rules DIR")
        return UserRuleFiles()
    try:
        return UserRuleFiles(str(folder), read_rules_folder(folder))
    except BadRules as error:
        raise CannotRun(str(error)) from error


def load_user_rules(files: UserRuleFiles) -> UserRules | None:
    """The rules in these files, for a command that cleans in its own process. Raises CannotRun."""
    from cleaners.site.user_rules import user_rules  # not at the top: loading the cleaners takes a second

    try:
        return user_rules(files.texts, files.folder)
    except BadRules as error:
        raise CannotRun(str(error)) from error


def clean_changed(state: State, files: UserRuleFiles) -> None:
    """Have the pages cleaned again of every site whose file changed, came or went."""
    facts = state.rows("SELECT key, value FROM facts WHERE key GLOB ?", f"{FACT}*")
    before = {key.removeprefix(FACT): digest for key, digest in facts}
    now = files.digests()
    changed = sorted(host for host in before.keys() | now.keys() if before.get(host) != now.get(host))
    if not changed:
        return
    ours = "site IN (SELECT value FROM json_each(?))"
    state.sql.execute(f"UPDATE pages SET recipe = ? WHERE {ours}", (AGAIN, json.dumps(changed)))
    state.unfinish(f"path IN (SELECT path FROM pages WHERE {ours})", json.dumps(changed))
    note_rules(state, files)


def note_rules(state: State, files: UserRuleFiles) -> None:
    """Record by which rules the pages of sites are cleaned from now on."""
    state.sql.execute("DELETE FROM facts WHERE key GLOB ?", (f"{FACT}*",))
    for host, digest in files.digests().items():
        state.remember(FACT + host, digest)
