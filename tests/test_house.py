"""The laws of the house: the lock, who may import whom, the words of its docstrings, nothing tied to one machine.

That a reason or a flag is written in one place is in tests/test_closed_lists.py, that a rule id is, in
tests/cleaners/steps/test_rules.py.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HOME = Path(__file__).parents[1]
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TOPS = ("cleaners", "copydesk", "flows")
PRODUCT = sorted(path for top in TOPS for path in (HOME / top).rglob("*.py"))
IMPORTED_AS = {
    "bs4": "beautifulsoup4",
    "markdown_it": "markdown-it-py",
    "re2": "google-re2",
    "yaml": "pyyaml",
}  # where the two names differ
NEVER_IMPORTED = {"fastapi", "lxml-html-clean"}  # declared for what Prefect and trafilatura need, never imported here
ONE_MACHINE = re.compile(r"(?<![\w.:/>])/(?:home|root|Users|tmp|opt|work|mnt)/\w")
TEXTS = {".py", ".toml", ".md", ".yaml", ".yml", ".json", ".jsonl", ".html", ".txt", ".lock", ".in", ""}
MADE = {"clean", "build", "dist"}

# Who may import whom: a row imports from rows below it, and within its own row; the longest name that fits counts.
ROWS = (
    "copydesk",
    "flows.command flows.clean flows.explain flows.sites flows.serve flows.completion flows.prefect_flow",
    "flows.run",
    "flows.publish",
    "flows.store",
    "flows.read",
    "flows.errors",
    "cleaners.explain cleaners.all_rules",
    "cleaners.pipeline",
    "cleaners.render cleaners.fingerprint",
    "cleaners.steps",
    "cleaners.judge cleaners.site",
    "cleaners.read",
    "cleaners.metadata",
    "cleaners.text",
    "cleaners.page",
    "cleaners.verdict cleaners.zones cleaners.article",
    "cleaners.rules",
    "cleaners.text.fold",
    "cleaners._speedups cleaners.errors",
    "cleaners.vocabulary cleaners.explanation_text",
)
LONGEST = 400  # lines of a module
A_RIDDLE = re.compile(r"This (file|module|package)")  # how no docstring of a module begins
NAMED = re.compile(r"(?<![\w/.-])((?:cleaners|copydesk|flows|tests|benchmarks|docs)/[\w/.-]*\w)")
INVENTED = {"cleaners/steps/star_ratings.py", "tests/cases/star_ratings.toml"}  # of the example in CONTRIBUTING.md
ELSEWHERE = {"builders.py", "data.toml", "measuring_sets.py"}  # they name files of other repositories


def texts() -> Iterator[Path]:
    """Every text file of the project that a person wrote or chose."""
    for top in HOME.iterdir():
        if top.name not in MADE and (not top.name.startswith(".") or top.name in (".ci", ".gitignore")):
            files = top.rglob("*") if top.is_dir() else [top]
            yield from (path for path in files if path.suffix in TEXTS and path.is_file())


def imports(path: Path) -> set[str]:
    """The top-level names a file imports, wherever in it the import stands."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def locked() -> dict[str, list[str]]:
    """Package → its lines in the lock, the pin first."""
    entries: dict[str, list[str]] = {}
    for entry in re.split(r"\n(?=\S)", (HOME / "requirements.lock").read_text(encoding="utf-8").strip()):
        lines = [line.strip(" \\") for line in entry.split("\n")]
        entries.setdefault(canonicalize_name(re.split(r"[=\s]", lines[0])[0]), []).extend(lines)
    return entries


def test_lock_pins_every_package_with_hashes() -> None:
    for name, lines in locked().items():
        pins = [line for line in lines if not line.startswith("--hash=")]
        assert all(re.match(r"[\w.-]+==[\w.+!-]+( ; .+)?$", pin) for pin in pins), f"{name}: {pins}"
        hashes = [line for line in lines if re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line)]
        assert len(hashes) >= len(pins), f"{name} has a pin without a hash"
        assert len(hashes) + len(pins) == len(lines)


def test_lock_names_no_place() -> None:
    """Where packages come from is the installing machine's business."""
    lock = (HOME / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"://|^\s*-(?!-hash)|\s@\s|index|find-links", lock, re.M)


def test_lock_answers_the_project_file() -> None:
    entries = locked()
    for line in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]:
        wanted = Requirement(line)
        pins = [pin for pin in entries.get(canonicalize_name(wanted.name), []) if "==" in pin]
        assert pins, f"{wanted.name} is not in requirements.lock: make lock"
        for pin in pins:
            version = Requirement(pin.partition(" ;")[0]).specifier
            assert wanted.specifier.contains(next(iter(version)).version), f"{pin} is not {line}: make lock"


def test_what_is_imported_is_declared_and_the_reverse() -> None:
    declared = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    extras = {
        canonicalize_name(Requirement(line).name)
        for name, lines in PROJECT["optional-dependencies"].items()
        if name != "dev"
        for line in lines
    }
    used = {name for path in PRODUCT for name in imports(path)} - set(sys.stdlib_module_names) - {*TOPS}
    packages = {canonicalize_name(IMPORTED_AS.get(name, name)) for name in used}
    assert packages <= declared | extras, "imported but not declared"
    assert declared - NEVER_IMPORTED <= packages, "declared but never imported"


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(HOME)))
def test_cleaners_know_nothing_of_the_shell(path: Path) -> None:
    if path.is_relative_to(HOME / "cleaners"):
        assert not imports(path) & {"prefect", "flows", "requests", "httpx", "socket", "subprocess"}


def test_prefect_is_imported_in_flows_alone() -> None:
    elsewhere = [
        path
        for path in texts()
        if path.suffix == ".py" and "flows" not in path.relative_to(HOME).parts and "prefect" in imports(path)
    ]
    assert not elsewhere


def test_no_path_of_one_machine() -> None:
    found = [
        f"{path.relative_to(HOME)}: {match[0]}"
        for path in texts()
        for match in ONE_MACHINE.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert not found


def test_the_sample_is_invented() -> None:
    """Hosts in raw/ end in .example, which nobody can own; schema.org is a vocabulary."""
    hosts = {
        host
        for path in texts()
        if path.is_relative_to(HOME / "raw")
        for host in re.findall(r"https?://([^/\s\"'<>]+)", path.read_text(encoding="utf-8", errors="replace"))
    }
    assert hosts
    assert {host for host in hosts if not host.endswith(".example")} <= {"schema.org"}


def module_of(path: Path) -> str:
    """The name by which a file is imported."""
    return ".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> Iterator[str]:
    """The modules of the product that a file imports, wherever in it and if only for their types."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


MODULES = {module_of(path): path for path in PRODUCT}
EDGES = {name: sorted({other for other in imported(path) if other in MODULES}) for name, path in MODULES.items()}


def row_of(name: str) -> int:
    """The row a module stands in; that of its longest prefix there."""
    rooms = [
        (len(room), at) for at, row in enumerate(ROWS) for room in row.split() if f"{name}.".startswith(f"{room}.")
    ]
    assert rooms, f"{name} stands in no row: say in ROWS who may import it"
    return max(rooms)[1]


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"cleaners", "flows"}))
def test_imports_go_downwards(name: str) -> None:
    up = [other for other in EDGES[name] if other not in ("cleaners", "flows") and row_of(other) < row_of(name)]
    assert not up, f"{name} imports from above"


def test_no_module_imports_itself_by_way_of_others() -> None:
    left = dict(EDGES)
    while ground := [name for name, others in left.items() if not set(others) & left.keys() - {name}]:
        for name in ground:
            del left[name]
    assert not left, "these tie a knot, or stand above one"


def test_commands_do_not_import_each_other() -> None:
    commands = {"flows.clean", "flows.explain", "flows.sites", "flows.serve", "flows.completion", "flows.command"}
    assert not [(name, other) for name in commands for other in EDGES[name] if other in commands - {name}]


def test_the_front_door_leaves_flows_alone() -> None:
    """A program may be run where another folder is called flows."""
    reach = [(name, other) for name in EDGES if name.startswith("copydesk") for other in EDGES[name]]
    assert reach and not [pair for pair in reach if pair[1].startswith("flows")]


def test_flows_call_the_pipeline_and_never_a_step() -> None:
    inner = ("cleaners.steps", "cleaners.judge", "cleaners.text", "cleaners.metadata")
    reach = {
        (name, other)
        for name, others in EDGES.items()
        for other in others
        if name.startswith("flows") and other.startswith(inner) and other not in LENT
    }
    assert not reach


LENT = {"cleaners.text.fold", "cleaners.text.numerals"}  # what is true of any line of text, wherever it is read


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(HOME)))
def test_modules_are_short_and_say_what_they_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") < LONGEST
    assert said_of(text) and not A_RIDDLE.match(said_of(text))


def said_of(text: str) -> str:
    """The docstring of a module."""
    return ast.get_docstring(ast.parse(text)) or ""


def test_tests_and_benchmarks_say_what_they_are() -> None:
    files = [path for top in ("tests", "benchmarks") for path in (HOME / top).rglob("*.py")]
    assert files
    said = {path: said_of(path.read_text(encoding="utf-8")) for path in files}
    assert not [path for path in files if not said[path] or A_RIDDLE.match(said[path])]


def test_every_path_that_is_named_exists() -> None:
    lost = [
        f"{path.relative_to(HOME)}: {found[1]}"
        for path in texts()
        if path.suffix in (".md", ".py", ".toml", ".yaml", "") and path.name not in {"CHANGELOG.md", *ELSEWHERE}
        for found in NAMED.finditer(path.read_text(encoding="utf-8", errors="replace"))
        if found[1] not in INVENTED and not (HOME / found[1]).exists() and not any(HOME.glob(f"{found[1]}*"))
    ]
    assert not lost


def test_one_name_for_the_product() -> None:
    old = "win" + "now"
    assert not [
        path for path in texts() if path.name != "CHANGELOG.md" and old in path.read_text(errors="replace").lower()
    ]
