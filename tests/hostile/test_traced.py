"""Watches every file and socket that the command opens, from outside: strace sees C libraries too."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from hostile import broken, encodings, metadata, texts, tree, webarchives
from hostile.good import good_pages
from hostile.test_hostile import ROOT, place, write

pytestmark = pytest.mark.slow

CALLS = (
    "open,openat,openat2,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,symlink,symlinkat,link,linkat,"
    "truncate,mknod,mknodat,connect,sendto,sendmsg"
)
LARGEST = 300_000  # bytes of an input: tracing makes every call dear
SYSTEM = ("/lib", "/usr/lib", "/usr/share/locale", "/usr/share/zoneinfo", "/etc/ld.so", "/etc/localtime", "/proc/self/",
          "/proc/thread-self/", "/sys/devices/system/cpu/", "/sys/fs/cgroup/", "/dev/null", "/dev/urandom", "/usr/local/lib")  # fmt: skip
CALL = re.compile(r"\d+ +(\w+)\((.*)")
TO_THE_RUN = re.compile(
    r", NULL, 0(?:\)| <unfinished)"
)  # no address: an answer over a pair of sockets that was inherited
OF_A_WORKER = re.compile(r"/proc/\d+/schedstat")  # how long it waited for a core
OPENED = re.compile(r'(?:AT_FDCWD|\d+)?(?:, )?"((?:[^"\\]|\\.)*)"')


def hostile_raw(raw: Path) -> None:
    """Good pages, and the small hostile ones with all that might make a reader look elsewhere."""
    for name, content in list(good_pages().items())[:10]:
        write(raw / name, content)
    for family in (broken, encodings, metadata, texts, webarchives):
        for kind in family.KINDS:
            content = kind.make(min(kind.size, 1_000))
            if len(content) < LARGEST:
                write(raw / place(kind), content)
    for entry in tree.ENTRIES:
        (raw / "tree" / entry.name).mkdir(parents=True)
        entry.make(raw / "tree" / entry.name)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_nothing_is_opened_outside_and_nobody_is_called(tmp_path: Path) -> None:
    raw, clean, trace, cache = (tmp_path / name for name in ("raw", "clean", "trace", "cache"))
    hostile_raw(raw)
    options = ["--workers", "2", "--quiet", "--max-quarantined", "1"]
    words = [sys.executable, "-m", "flows.clean", str(raw), str(clean), *options]
    watched = ["strace", "-f", "-qq", "-s", "4096", "-e", f"trace={CALLS}", "-o", str(trace), *words]
    done = subprocess.run(
        watched,
        cwd=ROOT,
        env=os.environ | {"PREFECT_API_URL": "", "COPYDESK_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    if "PTRACE" in done.stderr:
        pytest.skip(f"strace may not trace here: {done.stderr[:200]}")
    assert done.returncode == 0, done.stderr[-2_000:]
    installed = {str(ROOT), sys.prefix, sys.base_prefix, *(sysconfig.get_paths().values())}
    read, written, called = set[str](), set[str](), list[str]()
    for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
        call = CALL.match(line)
        if call is None:
            continue
        if call[1] in ("connect", "sendto", "sendmsg"):
            if not TO_THE_RUN.search(line):
                called.append(line)
            continue
        alters = not call[1].startswith("open") or re.search(r"O_WRONLY|O_RDWR|O_CREAT", call[2])
        for path in OPENED.findall(call[2]):
            (written if alters else read).add(os.path.normpath(path))
    assert [path for path in read | written if path.startswith("..")] == []
    assert len(read) > 100 and len(written) > 10
    assert called == []
    ours = tuple(f"{place}/" for place in installed)  # compiled Python files, where they are not there yet
    in_cache = {path for path in written if path.startswith(f"{cache}/")}
    assert in_cache and all(path.startswith(f"{cache}/copydesk-language-") for path in in_cache)
    assert {
        path
        for path in written - in_cache - {str(cache)}
        if path.startswith("/") and not path.startswith((f"{clean}", "/dev/null", *ours))
    } == set()
    outside = {
        path
        for path in read
        if path.startswith("/") and not path.startswith((str(raw), str(clean), str(cache), *SYSTEM, *ours))
    }
    assert {path for path in outside if path not in installed and not OF_A_WORKER.fullmatch(path)} == set()
