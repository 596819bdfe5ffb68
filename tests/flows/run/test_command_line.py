"""The commands as they are typed: what is refused and how, help, version, completion, and where they work."""

from __future__ import annotations

import os
import pty
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest

from flows import clean, command, completion, explain, serve, sites
from flows.run.command_line import command as make
from flows.run.command_line import started
from flows.run.commands import COMMANDS
from flows.run.option_type import Option, parameters, with_parameters_of
from flows.run.options import Options
from flows.run.progress import Progress, say_table
from running import HOME, counts

MAINS = {"clean": clean.main, "explain": explain.main, "sites": sites.main, "serve": serve.main,
         "completion": completion.main}  # fmt: skip
SET_FOR_RUNS = ("PYTHONPATH", "PYTHONSAFEPATH")  # by serve, for the processes that it starts, once there will be any
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
INSTALLED = "import sys; sys.argv[0] = 'bin/copydesk'; from flows.command import main; sys.exit(main())"
REFUSED: list[tuple[str, str | list[str], str]] = [
    # why, words, what is said of them
    ("a bound", "clean --workers -3", "--workers: needs at least 1, as in --workers 2"),
    ("a bound from 0 to 1", "clean --max-quarantined 2.0", "--max-quarantined: needs a share from 0 to 1, as in --max-quarantined 0.2"),
    ("an open bound", "clean --drift-tail .5", "--drift-tail: needs a share from 0 to below 0.5, as in --drift-tail 0.02"),
    ("no number", "clean --min-confidence nan", "--min-confidence: needs a number from 0 to 1, as in --min-confidence 0.7"),
    ("without end", "clean --page-timeout inf", "--page-timeout: needs seconds above 0, as in --page-timeout 30"),
    ("of two commands", "explain x --page-timeout 0", "--page-timeout: needs seconds above 0, as in --page-timeout 30"),
    ("a word", "clean --workers many", "--workers: 'many' is not a whole number; needs at least 1, as in --workers 2"),
    ("half a page", "clean --drift-pages 2.5", "--drift-pages: '2.5' is not a whole number; needs at least 1, as in --drift-pages 20"),
    ("no value", "clean --workers", "--workers needs a value: python -m flows.clean --help has an example"),
    ("another format", "clean --format docx", '"jsonl", "txt"'),
    ("a slip", "clean --wrkers 2", "Unknown option: --wrkers. Did you mean --workers?"),
    ("unheard of", "clean --zebra", "Unknown option: --zebra. python -m flows.clean --help explains them"),
    ("of another command", "sites --zebra", "Unknown option: --zebra. python -m flows.sites --help explains them"),
    ("a flag has no opposite", "clean --no-quiet", "Unknown option: --no-quiet"),
    ("a folder too many", "clean a b c d", "c d is too much: python -m flows.clean --help says what fits"),
    ("said twice", "clean --workers 1 --workers 2", "--workers specified multiple times. python -m flows.clean --help explains them"),
    ("a variable of a shell that was never set", ["clean", "", "out"], "RAW: is empty: give a value, or leave it out"),
    ("of an option", ["clean", "--rules", ""], "--rules: is empty: give a value, or leave it out"),
    ("no page", "explain", "PATH|URL|ID is missing: python -m flows.explain --help has examples"),
    ("no time", "serve --cron sometimes", "--cron 'sometimes' is no schedule: minute hour day month weekday, as in '15 2 * * *'"),
    ("another shell", "completion tcsh", '"bash", "zsh", "fish"'),
    ("a slip in the command", "clan", 'Unknown command "clan". Did you mean "clean"?'),
    ("no command", "zebra", "Available commands: clean, explain, sites, serve, completion."),
]  # fmt: skip


@pytest.mark.parametrize(("why", "words", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_refused_is_told_in_one_line(
    why: str, words: str | list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name, *rest = words.split() if isinstance(words, str) else words
    before = dict(os.environ)
    assert command.main([name, *rest]) == 2
    assert {name: os.environ.get(name) for name in SET_FOR_RUNS} == {name: before.get(name) for name in SET_FOR_RUNS}
    out, told = capsys.readouterr()
    assert said in told and told.count("\n") == 1 and not out
    if name in MAINS:
        assert MAINS[name](rest) == 2, "as a module it says the same"
        assert capsys.readouterr().err == told


@pytest.mark.parametrize("name", COMMANDS)
def test_help_explains_every_option_in_plain_text(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # a pipe is none the less a pipe
    assert MAINS[name](["--help"]) == 0
    said = capsys.readouterr().out
    assert f"Usage: python -m flows.{name}" in said and "examples:" in said and not OBEYED.search(said)
    assert max(map(len, said.splitlines())) <= 120
    assert command.main([name, "--help"]) == 0
    assert capsys.readouterr().out == said
    whole = getattr(sys.modules[f"flows.{name}"], name).__doc__
    assert " ".join(whole.split()) in " ".join(said.split()), "all that it says, not its line in the list of commands"
    if name == "clean":
        words = " ".join(said.split())
        for parameter, option in parameters(Options):
            typed = parameter.name.upper() if option.by_place else f"--{parameter.name.replace('_', '-')}"
            assert f" {typed} " in words and " ".join(option.explained(parameter.default).split()) in words, typed


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_the_same_however_a_command_is_started(name: str) -> None:
    """In processes of their own: what one way makes of a command must not be there for the other."""
    code = f"import sys; from flows.{name} import main; sys.exit(main(['--help']))"
    module = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, check=True).stdout
    code = f"import sys; from flows.command import main; sys.exit(main(['{name}', '--help']))"
    of_all = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, check=True).stdout
    assert of_all == module
    words = " ".join(of_all.split())
    assert " ".join(str(vars(sys.modules[f"flows.{name}"])[name].__doc__).split()) in words and "--version" in words


def test_help_that_cannot_be_shown_is_told_in_one_line() -> None:
    """Also where Python is to write everything at once, as in most containers."""
    for words in (["--help"], ["clean", "--help"], ["--version"]):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "flows.command", *words], cwd=HOME, stdout=full, stderr=subprocess.PIPE,
                env=os.environ | {"PYTHONUNBUFFERED": "1"}, text=True, check=False,
            )  # fmt: skip
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert done.stderr.startswith("standard output cannot be written")


COMPLETED = [
    # why, words typed, what is offered
    ("commands", ["cl"], ["clean"]),
    ("options", ["clean", "--max"], ["--max-withdrawn", "--max-quarantined"]),
    ("a folder that is called like a command", ["clean", "raw", "clean", "--max"], ["--max-withdrawn", "--max-quarantined"]),
    ("a site is no command", ["sites", "explain", "--ru"], ["--rules"]),
    ("choices", ["clean", "--format", ""], ["jsonl", "txt"]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "typed", "offered"), COMPLETED, ids=[row[0] for row in COMPLETED])
def test_bash_completes(why: str, typed: list[str], offered: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert completion.main(["bash"]) == 0
    asked = """
    COMP_WORDS=(copydesk "$@"); COMP_CWORD=$#
    _copydesk copydesk "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
    printf '%s\n' "${COMPREPLY[@]}"
    """
    script = capsys.readouterr().out + asked
    done = subprocess.run(["bash", "-c", script, "bash", *typed], capture_output=True, text=True, check=True)
    assert done.stdout.split() == offered


def test_all_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--help"], ["-h"]):
        assert command.main(words) == 0
        said = capsys.readouterr().out
        assert all(f"  {name} " in said and what in said for name, what in COMMANDS.items())


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--version"], ["clean", "--version"]):
        assert command.main(words) == 0
        assert re.fullmatch(r"copydesk \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_knows_commands_and_options(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert completion.main([shell]) == 0
    script = capsys.readouterr().out
    assert all(word in script for word in (*COMMANDS, "max-withdrawn", "jsonl", "copydesk")) and "zebra" not in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def installed(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as a console script starts it: the folder it is asked in is not where modules are looked for."""
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    return subprocess.run(
        [sys.executable, "-P", "-c", INSTALLED, *words],
        cwd=folder, env=environment | {"PYTHONPATH": str(HOME)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_it_works_inside_a_folder_with_packages_of_the_same_names(tmp_path: Path) -> None:
    for name in ("flows", "cleaners", "copydesk"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('another project')\n")
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text("The ferry came back on Sunday, and four hundred people watched.\n" * 3)
    done = installed(tmp_path, "clean")
    assert done.returncode == 0 and counts(tmp_path / "clean")["article"] == 1, done.stderr
    done = installed(tmp_path, "explain", "raw/a.txt")
    assert done.returncode == 0 and "outcome: article" in done.stdout, done.stderr
    assert "Usage: copydesk explain " in installed(tmp_path, "explain", "--help").stdout
    assert installed(tmp_path, "explain").stderr == "PATH|URL|ID is missing: copydesk explain --help has examples\n"


def test_serving_without_a_server_is_refused(tmp_path: Path) -> None:
    """A server just for this process would start no run, ever."""
    done = installed(tmp_path, "serve")
    assert done.returncode == 2 and "set PREFECT_API_URL=" in done.stderr.splitlines()[-1], done.stderr


# One place for an option


@dataclass(frozen=True)
class Asked:
    """Options that no command has."""

    boats: Annotated[int, Option("boats on the river", example="--boats 3", metavar="N", least=1, most=9)] = 2
    calm: Annotated[bool, Option("only without wind", in_flow=False)] = False
    inner: str = "not offered"


def test_an_option_is_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    given: list[Asked] = []

    def sail(asked: Asked) -> int:
        """Sail."""
        given.append(asked)
        return 7

    app = make(sail, [("--boats 3", "with three")])
    assert [started(app, words) for words in ([], ["--boats", "9", "--calm"], ["--boats", "10"])] == [7, 7, 2]
    assert given == [Asked(), Asked(9, calm=True)]
    assert capsys.readouterr().err == "--boats: needs from 1 to 9, as in --boats 3\n"
    assert started(app, ["--help"]) == 0
    assert "boats on the river (default: 2; as in --boats 3)" in capsys.readouterr().out

    @with_parameters_of(Asked)
    def flow(**asked: Any) -> None: ...

    import inspect

    assert list(inspect.signature(flow).parameters) == ["boats"]
    assert started(app, ["--inner", "x"]) == 2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"workers": 0}, "workers needs at least 1, as in --workers 2"),
        ({"page_memory": 255}, "page_memory needs at least 256"),
        ({"page_wall": 0.0}, "page_wall needs seconds above 0"),
        ({"max_withdrawn": -0.1}, "max_withdrawn needs a share from 0 to 1"),
        ({"drift_tail": float("nan")}, "drift_tail needs a share from 0 to below 0.5"),
    ],
)
def test_a_program_is_refused_what_the_command_is(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        Options(**asked)


def test_bounds_that_may_be_reached() -> None:
    edge = Options(
        workers=1, page_memory=256, max_withdrawn=1.0, max_quarantined=0.0, drift_tail=0.0, page_timeout=1e-9
    )
    assert edge.page.wall == pytest.approx(6e-9) and edge.drift.tail == 0.0 and Options().max_withdrawn is None


def test_numbers_beyond_all_measure_are_no_limit(tmp_path: Path) -> None:
    """Rather than a page that is quarantined because the system cannot count so far."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text("The ferry came back on Sunday, and four hundred people watched.\n" * 3)
    for number, words in enumerate((
        ["--page-timeout", "1e308"], ["--page-timeout", "1e11"], ["--page-memory", "9" * 30], ["--workers", "9" * 30],
        ["--drift-history", "9" * 30, "--drift-pages", "9" * 30],
    )):  # fmt: skip
        out = tmp_path / f"clean{number}"
        assert command.main(["clean", str(tmp_path / "raw"), str(out), "--quiet", *words]) == 0, words
        assert counts(out)["article"] == 1, words


# On a terminal


class Terminal:
    """A terminal, and what was written to it."""

    def __init__(self) -> None:
        self._reader, writer = pty.openpty()
        self.stream = os.fdopen(writer, "w", encoding="utf-8", errors="surrogateescape")

    def shown(self) -> str:
        """Everything until now; nothing more can be written."""
        self.stream.close()
        said = b""
        while True:
            try:
                part = os.read(self._reader, 1 << 16)
            except OSError:  # Linux says so at the end
                part = b""
            if not part:
                os.close(self._reader)
                return said.decode()
            said += part


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    return Terminal()


HOSTILE = "a[red]b[/red]\x1b[31mc[link=x]:boat:\u202e\n"
SPELLED = r"a[red]b[/red]\x1b[31mc[link=x]:boat:\u202e\n"


def test_a_table_for_a_terminal_shows_names_as_they_are(terminal: Terminal) -> None:
    assert say_table(("site", "pages"), [(HOSTILE, 1200), ("b.example", 3)], terminal.stream)
    said = terminal.shown()
    assert "\x1b[1m" in said, "the head is bold"
    assert SPELLED in said and "1,200" in said and "\x1b[31m" not in said and "\u202e" not in said


def test_a_table_for_a_file_is_a_line_a_row(tmp_path: Path) -> None:
    with (tmp_path / "said").open("w") as file:
        assert say_table(("site", "pages"), [(HOSTILE, 1200), ("b.example", 3)], file)
    width = len(SPELLED)
    assert (tmp_path / "said").read_text().splitlines() == [
        f"{'site':{width}}  pages", f"{SPELLED}  1,200", f"{'b.example':{width}}      3",
    ]  # fmt: skip


def test_help_for_a_terminal_is_drawn(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", terminal.stream)
    assert clean.main(["--help"]) == 0
    monkeypatch.undo()
    said = terminal.shown()
    assert "╭" in said and "\x1b[" in said and "--max-withdrawn" in said


@pytest.mark.parametrize("columns", [1, 2, 20])
def test_help_for_a_narrow_terminal_comes_to_an_end(columns: int) -> None:
    code = "import sys; sys.stdout.isatty = lambda: True; "
    code += "from flows.command import main; sys.exit(main(['clean', '--help']))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HOME, env=os.environ | {"COLUMNS": str(columns), "TERM": "xterm"},
        capture_output=True, text=True, timeout=60, check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30)),
    )  # fmt: skip
    assert "╭" in done.stdout and "--max-withdrawn" in re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


def test_the_bar_fits_a_line_and_goes_again(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.run.progress.ON_TERMINAL", -1.0)
    monkeypatch.setenv("COLUMNS", "50")
    progress = Progress(stream=terminal.stream)
    progress.expect(1000)
    for _ in range(3):
        progress.read(250)
        progress.page("quarantined")
    progress.done()
    said = terminal.shown()
    drawn = [re.sub(r"\x1b\[[0-9;]*[mK]", "", line) for line in said.split("\r")[1:]]
    assert len(drawn) == 4 and drawn[-1] == "" and all(len(line) <= 50 and "\n" not in line for line in drawn)
    assert "75%" in drawn[2] and "3 pages" in drawn[2] and "\x1b[?25l" not in said, "the cursor stays"


def test_the_progress_of_a_log_is_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.run.progress.IN_LOG", -1.0)
    with (tmp_path / "log").open("w") as file:
        progress = Progress(stream=file)
        progress.page("article")
        progress.done()
    said = (tmp_path / "log").read_text()
    assert said.count("\n") == 1 and "1 pages" in said and not OBEYED.search(said)
