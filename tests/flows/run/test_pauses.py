"""What a run does with workers that are late or dead: only a page's own doing is held against it.

All but the last test go by a scripted clock.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from flows.errors import CannotRun
from flows.run.causes import CLOCK, OUTSIDE
from flows.run.pool import CHANCES, STARTS, Job
from flows.run.worker import allow_cpu, cpu_spent
from running import HOME, counts, in_a_process_of_its_own, lines, outputs, page, run, start
from world import LIMITS, World, jobs, outcomes

LONG = LIMITS.wall + 5


def usual(number: int) -> list[str]:
    """Pages that take up to some seconds each."""
    chance = random.Random(number)
    return [f"{chance.choice((0.25, 1, 3, 20))}" for _ in range(number)]


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("who", ["all", "run", "worker", "core"])
@pytest.mark.parametrize("seed", range(3))
def test_a_pause_costs_no_page_whoever_pauses(who: str, workers: int, seed: int) -> None:
    chance = random.Random(f"{who} {workers} {seed}")
    pauses = [(chance.uniform(0, 600), chance.choice((LONG, LONG, 999)), who) for _ in range(20)]
    if who == "worker":  # the same page may be stopped once
        pauses = [(at * 100.0, LONG, who) for at in range(1, 6)]
    world = World(*pauses)
    assert outcomes(list(world.pool(workers).answers(iter(jobs(*usual(150)))))) == ["article"] * 150
    if who != "worker":
        assert len(world.workers) == workers, "nobody was killed"


def test_a_reader_that_takes_its_time_costs_no_page() -> None:
    """Five times longer than a page may take: 160 pages, of which one was lost."""
    world = World()
    answered = []
    for number, row in enumerate(world.pool().answers(iter(jobs(*["0.25"] * 160)))):
        answered.append(row)
        if number % 30 == 15:
            world.busy_elsewhere(LIMITS.wall + 1.5)
    assert outcomes(answered) == ["article"] * 160 and len(world.workers) == 2


def test_a_source_that_takes_its_time_costs_no_page() -> None:
    world = World()

    def slowly() -> Iterator[Job]:
        for job in jobs(*["5"] * 60):
            world.busy_elsewhere(LIMITS.wall)
            yield job

    assert outcomes(list(world.pool().answers(slowly()))) == ["article"] * 60 and len(world.workers) == 2


@pytest.mark.parametrize(
    ("says", "reason", "tries"),
    [
        ("59", "article", 1),  # look-alikes first
        ("dies SIGSEGV 1", "article", 2),
        ("leaves 1", "article", 2),
        ("dies SIGTERM 4", "article", 5),
        ("dies SIGKILL 4", "article", 5),
        ("dies SIGHUP 4", "article", 5),
        ("dies SIGUSR1 4", "article", 5),
        ("hang", "timeout", CHANCES[CLOCK]),
        ("61", "timeout", CHANCES[CLOCK]),
        ("half", "timeout", CHANCES[CLOCK]),
        ("dies SIGXCPU 9", "timeout", 1),
        ("dies SIGSEGV 9", "crashed", 2),
        ("dies SIGABRT 9", "crashed", 2),
        ("leaves 9", "crashed", 2),
        ("dies SIGTERM 9", "crashed", CHANCES[OUTSIDE]),
        ("dies SIGINT 9", "crashed", CHANCES[OUTSIDE]),
        ("dies SIGKILL 9", "out_of_memory", CHANCES[OUTSIDE]),
    ],
)
def test_the_chances_of_a_page(says: str, reason: str, tries: int) -> None:
    """Its neighbours, before it and after it in its batch, are cleaned whatever it does."""
    world = World()
    answered = list(world.pool().answers(iter(jobs("1", says, "2", *["0.5"] * 60))))
    assert outcomes(answered) == ["article", reason, *["article"] * 61]
    assert world.tried["1.html"] == tries
    if reason == "crashed" and tries == CHANCES[OUTSIDE]:
        (detail,) = (answer.fields["detail"] for _, answer in answered if "detail" in answer.fields)
        assert "from outside" in detail and "--retry-quarantined" in detail


def test_what_befell_a_page_earlier_is_forgotten_when_it_was_cleaned() -> None:
    """It may be cleaned again in the same run, for what its site taught."""
    world = World()
    pool = world.pool(1)
    assert outcomes(list(pool.answers(iter(jobs("dies SIGSEGV 1"))))) == ["article"]
    world.tried.clear()
    assert outcomes(list(pool.answers(iter(jobs("dies SIGSEGV 1"))))) == ["article"]


def test_many_bad_pages_keep_no_good_one_waiting() -> None:
    world = World()
    pages = ["hang", "1", "dies SIGTERM 9", "leaves 9", "0.5"] * 12
    wanted = ["timeout", "article", "crashed", "crashed", "article"] * 12
    assert outcomes(list(world.pool().answers(iter(jobs(*pages))))) == wanted


def test_an_answer_given_in_the_last_moment_counts() -> None:
    world = World()
    world.starts = ["answers when it is killed"]
    assert outcomes(list(world.pool(1).answers(iter(jobs("1", "hang", "1"))))) == ["article"] * 3
    assert world.tried["1.html"] == 1


START_ENDS = [
    "refused by the system", "killed before ready", "killed before warm", "failed before ready", "failed before warm",
]  # fmt: skip


@pytest.mark.parametrize("what", START_ENDS)
def test_some_starts_may_fail(what: str) -> None:
    world = World()
    world.starts = [what] * (STARTS - 1)
    pool = world.pool()
    assert pool.fingerprint() == "cafe"
    assert outcomes(list(pool.answers(iter(jobs(*["1"] * 50))))) == ["article"] * 50


@pytest.mark.parametrize("what", START_ENDS)
def test_when_all_starts_fail_the_installation_is_named(what: str) -> None:
    world = World()
    world.starts = [what] * STARTS
    with pytest.raises(CannotRun, match=f"{STARTS} times in a row: .*check the installation"):
        list(world.pool().answers(iter(jobs("1"))))


def test_a_limit_of_open_files_is_named_where_no_worker_can_start() -> None:
    world = World()
    world.starts = ["too many files"] * STARTS
    with pytest.raises(CannotRun, match=r"Too many open files.*ulimit -n"):
        world.pool().fingerprint()


@pytest.mark.parametrize("what", START_ENDS)
def test_a_run_goes_on_with_the_workers_it_has(what: str) -> None:
    world = World()
    world.starts = ["", *[what] * 500]
    assert outcomes(list(world.pool(4).answers(iter(jobs(*["3"] * 200))))) == ["article"] * 200
    assert 3 < 500 - len(world.starts) < 60, "it tries again, and not without end"


def test_workers_that_end_while_they_have_nothing_to_do_are_nobodys_fault() -> None:
    world = World()

    def pages() -> Iterator[Job]:
        for job in jobs(*["0.5"] * 90):
            if job.found.path in ("40.html", "70.html"):
                world.busy_elsewhere(20)
                for worker in world.workers:
                    worker.die(-signal.SIGKILL)
            yield job

    assert outcomes(list(world.pool().answers(pages()))) == ["article"] * 90


@pytest.mark.parametrize("moment", ["fingerprint", "warm_up"])
def test_a_worker_killed_while_it_starts_ends_no_run(raw: Path, clean: Path, tmp_path: Path, moment: str) -> None:
    """Real workers, each of the first four of which the system kills."""
    (tmp_path / "kills").mkdir()
    run(raw, clean, "--workers", "1", SCRIPTED_KILLS=f"{moment} {STARTS - 1} {tmp_path / 'kills'}")
    assert counts(clean)["article"] == 14 and counts(clean)["quarantined"] == 1  # the line that is no JSON


def test_a_page_whose_worker_is_ended_from_outside_is_cleaned_in_the_end(clean: Path, tmp_path: Path) -> None:
    (tmp_path / "kills").mkdir()
    page(tmp_path / "raw/a.html", do=f"die {CHANCES[OUTSIDE] - 1} {tmp_path / 'kills'}", text="good")
    page(tmp_path / "raw/b.html", text="good too")
    run(tmp_path / "raw", clean)
    assert counts(clean) == {"inputs": 2, "article": 2}


def test_the_memory_of_a_run_is_not_held_against_its_workers() -> None:
    """The system's cheap figure counts in what the parent had when it started the process."""
    asks = "from flows.run.worker import took_more_than; print(took_more_than(200))"
    code = f"import subprocess, sys; ballast = b'x' * (300 << 20); subprocess.run([sys.executable, '-c', {asks!r}]); {asks}"
    said = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True)
    assert sorted(said.stdout.split()) == ["False", "True"], said.stderr
    assert said.stdout.startswith("False")


def test_a_page_has_its_cpu_time_by_the_clock_of_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exact clock may be seconds behind that: 0.7 s in 2 were seen on a busy machine."""
    monkeypatch.setattr(time, "process_time", lambda: -1_000.0)

    def work() -> None:
        allow_cpu(11.0)
        soft, _ = resource.getrlimit(resource.RLIMIT_CPU)
        assert 11.0 <= soft - cpu_spent() <= 12.0

    assert in_a_process_of_its_own(work) == 0


STOPS, STOPPED, BETWEEN = 7, 65.0, 2.0  # stops of a run, seconds of each, and seconds between them


@pytest.mark.soak
def test_long_stops_of_real_runs_cost_no_page(clean: Path, tmp_path: Path) -> None:
    """At the limits that users have: of all processes, of the run alone, of one worker; three runs side by side."""
    raw = tmp_path / "raw"
    lines(raw / "big.jsonl", *({"id": f"{n}", "text": f"text {n % 400}", "chrome": "y"} for n in range(700)))
    for number in range(300):
        page(raw / f"s{number % 3}.example" / f"{number}.txt", text=f"loose {number}", chrome="y")
    run(raw, clean)
    # pages that wait so long that all stops fall into the run; one whose workers are stopped goes on while they are
    waits = {"all": "0.1", "run": "0.1", "worker": "0.7"}
    runs = {who: start(raw, tmp_path / who, "--workers", "2", SCRIPTED_WAIT=seconds) for who, seconds in waits.items()}
    for _ in range(STOPS):
        time.sleep(BETWEEN)
        for who, process in runs.items():
            assert process.poll() is None, f"{who} was over before its stops were: {process.communicate()}"
        stopped = [pid for who, process in runs.items() for pid in victims(who, process)]
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(STOPPED)
        for pid in stopped:
            with suppress(ProcessLookupError):  # a worker that was given up
                os.kill(pid, signal.SIGCONT)
    for who, process in runs.items():
        said = process.communicate()
        assert process.returncode == 0, said
        assert counts(tmp_path / who) == counts(clean) and "quarantined" not in counts(clean)
        assert outputs(tmp_path / who) == outputs(clean), who


def victims(who: str, process: subprocess.Popen[str]) -> list[int]:
    """The processes of a run that are to stop."""
    workers = [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    return {"all": [process.pid, *workers], "run": [process.pid], "worker": workers[:1]}[who]
