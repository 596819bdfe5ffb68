"""`python -m flows.explain` gives up what a run gives up: by CPU, clock and memory, and says so in one line."""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from cleaners import pipeline
from flows import explain
from flows.errors import CannotRun
from flows.read.kinds import KINDS
from flows.run import confined
from flows.run.asked_page import meant
from flows.run.confined import CLEANING, READING, SHOWING, STARTING, Limited
from flows.run.explained import explanation
from flows.run.messages import Patience
from flows.run.options import PageLimits
from flows.run.user_rules import UserRuleFiles
from running import HOME, command_of, rows

LIMITS = PageLimits(cpu=0.1, wall=60.0, memory=1536)
LINE = "The ferry came back on Sunday after nine years, and some four hundred people watched from the bank."


@pytest.fixture(autouse=True)
def nothing_to_load(monkeypatch: pytest.MonkeyPatch) -> None:
    """No allowance for libraries, which costs a test a second."""
    monkeypatch.setattr(confined, "LOADING", 0.0)


def hurried(each: float = 1_000.0) -> Patience:
    """Patience by a clock that each look at it puts forward by so many seconds."""
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += each
        return now

    def wait(pipes: Sequence[Any], _: float) -> Sequence[Any]:
        time.sleep(0.005)  # or the process would hardly get to run
        return pipes

    return Patience(clock, wait)


def ask(work: Callable[[Limited], Any], patience: Patience | None = None) -> Any:
    return confined.confined(work, LIMITS, "raw/page.html", patience=patience)


def at(step: str, end: Callable[[], object]) -> Callable[[Limited], None]:
    """Work that ends badly at this step."""

    def work(limited: Limited) -> None:
        for name in (READING, STARTING, CLEANING, SHOWING):
            limited.step(name)
            if name == step:
                end()

    return work


def spin() -> None:
    while True:
        pass


def hang() -> None:
    signal.pause()


def abort() -> None:
    faulthandler.disable()  # pytest's would say so at length
    os.abort()


def exhaust() -> None:
    raise MemoryError


def fill() -> None:
    bytearray(8 << 30)


def mislead() -> None:
    raise CannotRun("raw/page.html is a folder: name one page in it")


def stumble() -> None:
    raise KeyError("headline")


ENDS = [
    (CLEANING, spin, "raw/page.html becomes no article, timeout: more than 0.1 s of CPU; --page-timeout gives more"),
    (
        SHOWING,
        spin,
        "raw/page.html becomes an article, but why its lines were kept takes too long to say: more than 0.1 s of CPU; "
        "--page-timeout gives more",
    ),
    (CLEANING, hang, "raw/page.html becomes no article, timeout: more than 60 s by the clock; --page-wall gives more"),
    (STARTING, hang, "the cleaners did not start within 120 s: check the installation"),
    (
        CLEANING,
        exhaust,
        "raw/page.html becomes no article, out_of_memory: more than 1,536 MB of memory; --page-memory gives more",
    ),
    (CLEANING, fill, "raw/page.html becomes no article, out_of_memory: more than 1,536 MB of memory"),
    (CLEANING, abort, "raw/page.html becomes no article, crashed: its process ended (SIGABRT); report it"),
    (CLEANING, lambda: os._exit(3), "raw/page.html becomes no article, crashed: its process ended (exit code 3)"),
    (CLEANING, lambda: os.kill(os.getpid(), signal.SIGTERM), "its process was ended from outside (SIGTERM); ask again"),
    (CLEANING, lambda: os.kill(os.getpid(), signal.SIGKILL), "its process was killed (SIGKILL)"),
    (STARTING, abort, "the cleaners ended while starting (SIGABRT): check the installation"),
    (READING, mislead, "raw/page.html is a folder: name one page in it"),
    (CLEANING, stumble, "raw/page.html cannot be explained: KeyError: 'headline' (test_confined.py:"),
]


@pytest.mark.parametrize(("step", "end", "said"), ENDS)
def test_how_work_can_end_badly(step: str, end: Callable[[], object], said: str) -> None:
    with pytest.raises(CannotRun) as told:
        ask(at(step, end), hurried() if end is hang else None)
    assert said in str(told.value) and "\n" not in str(told.value)


def test_what_the_asking_process_does_on_a_signal_is_its_own() -> None:
    """The child is a copy of it, and would go on where it should end."""

    def ask_on(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, ask_on)
    try:
        with pytest.raises(CannotRun, match="ended from outside"):
            ask(at(CLEANING, lambda: os.kill(os.getpid(), signal.SIGTERM)))
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("answer", [{"text": "é \ud800 \n", "score": 0.1, "none": None}, "x" * 5_000_000, [], {}, None])
def test_what_work_gives_arrives_whole(answer: Any) -> None:
    assert ask(lambda _: answer) == answer


def test_long_stops_of_the_command_are_not_held_against_a_page() -> None:
    """A day goes by between two looks at the clock; a look counts for a second, and some twenty are taken."""
    assert ask(lambda _: time.sleep(0.1) or "done", hurried(each=86_400)) == "done"


def test_a_long_file_may_be_read_as_long_as_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "SAY_AGAIN", 0.0)

    def work(limited: Limited) -> float:
        for _ in range(70):
            limited.step(READING)
            until = time.process_time() + 0.02  # in all, more than one record may take
            while time.process_time() < until:
                pass
        return time.process_time()

    assert ask(work, hurried()) > 1.0


def test_what_libraries_print_is_no_explanation(capfd: pytest.CaptureFixture[str]) -> None:
    def work(_: Limited) -> str:
        os.write(1, b"parser: bad tag\n")
        os.write(2, b"parser: worse tag\n")
        return "told"

    assert ask(work) == "told" and capfd.readouterr() == ("", "")


class Unlimited(Limited):
    """For an explanation in this process."""

    def __init__(self) -> None: ...

    def step(self, name: str) -> None: ...

    def begin_cleaning(self) -> None: ...

    def end_cleaning(self) -> None: ...


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "page.html").write_text(f"<nav><a href=/>Home</a></nav><article><p>{LINE}</p></article>", "utf-8")
    (folder / "feed.jsonl").write_text(json.dumps({"text": LINE}) + "\n", "utf-8")
    (folder / "slow.html").write_text(f"<p>{LINE * 3}</p><ul>{'<li><dd>x y' * 25_000}", "utf-8")
    return folder


def test_the_command_says_what_there_is_to_say(raw: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for page in ("page.html", "feed.jsonl#0"):
        asked = meant(f"{raw / page}", raw, raw / "none")
        expected = explanation(asked, raw / "none", UserRuleFiles(), Unlimited())
        assert explain.main([f"{raw / page}", str(raw), str(raw / "none"), "--json"]) == 0
        assert capsys.readouterr().out == json.dumps(expected, ensure_ascii=False, indent=1) + "\n"


def test_a_container_that_does_not_end_is_given_up(
    raw: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def endless(*_: object) -> Iterator[Any]:
        spin()
        yield

    monkeypatch.setitem(KINDS, "jsonl", KINDS["jsonl"]._replace(read=endless))
    assert (
        explain.main([f"{raw}/feed.jsonl#0", str(raw), str(raw / "none"), "--page-timeout", "0.1", "--page-wall", "60"])
        == 2
    )
    said = capsys.readouterr()
    assert not said.out and said.err == (
        f"{raw}/feed.jsonl#0 cannot be read, timeout: more than 0.1 s of CPU; --page-timeout gives more\n"
    )


def test_a_page_that_takes_too_much_memory_is_given_up(
    raw: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    here = pages * resource.getpagesize() >> 20  # megabytes: the work starts as a copy of this process
    words = [f"{raw}/page.html", str(raw), str(raw / "none"), "--full", "--page-memory", f"{here + 256}"]
    assert explain.main(words) == 0 and LINE in capsys.readouterr().out
    clean_with_page = pipeline.clean_with_page

    def swell(*asked: Any, **named: Any) -> Any:
        bytearray(400 << 20).count(b"x")
        return clean_with_page(*asked, **named)

    monkeypatch.setattr(pipeline, "clean_with_page", swell)
    assert explain.main(words) == 2
    assert "page.html becomes no article, out_of_memory: more than" in capsys.readouterr().err


def command(*words: str) -> subprocess.Popen[str]:
    environment = os.environ | {"PREFECT_API_URL": ""}
    return subprocess.Popen(
        [sys.executable, "-m", *words], cwd=HOME, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip


def test_it_says_what_a_run_says(raw: Path, tmp_path: Path) -> None:
    limit = ("--page-timeout", "0.3", "--page-wall", "60")
    done = command("flows.clean", str(raw), str(tmp_path / "clean"), "--quiet", "--workers", "1", *limit)
    assert done.wait() == 0, done.communicate()
    (row,) = rows(tmp_path / "clean", "quarantine")
    told = command("flows.explain", f"{raw}/slow.html", str(raw), str(tmp_path / "clean"), *limit)
    said, complained = told.communicate()
    detail = row["detail"].removesuffix(", with --retry-quarantined")
    assert told.returncode == 2 and not said and row["reason"] == "timeout"
    assert complained == f"{raw}/slow.html becomes no article, timeout: {detail}\n"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_who_ends_the_command_ends_its_work(raw: Path, how: signal.Signals) -> None:
    asked = "import sys, time; from flows import explain; from flows.run import explained; explained.content = lambda *_: time.sleep(1e6); explain.main(sys.argv[1:])"
    process = subprocess.Popen([sys.executable, "-c", asked, str(raw / "page.html")], cwd=HOME)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not (child := children.read_text().strip()):
        time.sleep(0.02)
    process.send_signal(how)
    process.wait()
    patience = 1_000
    while command_of(child):
        time.sleep(0.02)
        patience -= 1
        assert patience, "the work goes on"
