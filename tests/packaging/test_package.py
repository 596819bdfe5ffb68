"""What others install: the files of sdist and wheel, and the command as it runs from them in fresh environments.

`make test-package` runs it. It builds in isolation and installs all dependencies, for which it asks the package registry.
"""

from __future__ import annotations

import email
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.metadata import Metadata
from readme_renderer import markdown

from golden.sample import HERE as GOLDEN
from golden.sample import pages_of
from running import HOME

pytestmark = pytest.mark.package

PACKAGES = tuple(name for name in ("cleaners", "copydesk", "flows") if (HOME / name).is_dir())
VERSION = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
ELSE = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE")
LEFT_OUT = ("tests", "benchmarks")
MADE = shutil.ignore_patterns("__pycache__", "*.so", "*.pyc")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# Another project's folders of the same names, in which the command is started.
THEIRS = 'raise SystemExit("the folder that the command was started in was imported")\n'
# Makes the installation read-only for the command that follows, for root too.
READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 77; ! touch "$1/x" 2>&- || exit 78; shift; exec "$@"'
BUILT = "from cleaners._speedups import speedups; print(speedups is not None)"
IMPORTED = """
import ast, importlib, sys
from pathlib import Path
names = set()
for path in (path for package in sys.argv[2:] for path in Path(sys.argv[1], package).rglob("*.py")):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
for name in sorted(names - {"pyarrow"}):  # which the extra "tables" brings
    importlib.import_module(name)
print(len(names))
"""
FINGERPRINT = "from cleaners.fingerprint import fingerprint; print(fingerprint())"


def run(*words: object, cwd: Path, **env: str) -> str:
    """What a command printed; a failed one fails the test with all that it said."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COPYDESK"))}
    done = subprocess.run(
        list(map(str, words)), cwd=cwd, env=surroundings | env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout[-3_000:]}{done.stderr[-3_000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the repository holds of the package, and of what must not be in it."""
    folder = tmp_path_factory.mktemp("source")
    for name in (*PACKAGES, *LEFT_OUT):
        shutil.copytree(HOME / name, folder / name, ignore=MADE)
    for name in ELSE:
        shutil.copy(HOME / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, source, cwd=folder)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return {"sdist": sdist, "wheel": wheel}


@pytest.fixture(scope="module")
def installed(built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment with the wheel and all that it depends on, in the versions of the lock."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True)
    python = folder / "bin/python"
    lock = (HOME / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line.rstrip(" \\") for line in lock if not line.startswith(" ")]  # without hashes: the wheel has none there
    (folder / "pins.txt").write_text("\n".join(pins))
    run(python, "-m", "pip", "install", "-q", "-c", folder / "pins.txt", built["wheel"], cwd=folder)
    return python


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A folder in which somebody has flows and cleaners of his own."""
    for name in ("flows", "cleaners"):
        (tmp_path / "box" / name).mkdir(parents=True)
        (tmp_path / "box" / name / "__init__.py").write_text(THEIRS)
    return tmp_path / "box"


def tracked(folder: Path) -> set[str]:
    """All files of the packages, relative to the folder."""
    return {
        path.relative_to(folder).as_posix()
        for name in PACKAGES
        for path in (folder / name).rglob("*")
        if path.is_file()
    }


def expected_pages() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.json")}


def test_the_wheel_has_every_file_and_no_other(source: Path, built: dict[str, Path]) -> None:
    names = set(zipfile.ZipFile(built["wheel"]).namelist())
    own = {name for name in names if ".dist-info/" not in name}
    extension = {name for name in own if name.endswith(".so")}
    assert own - extension == tracked(source)
    assert len(extension) == 1 and extension.pop().startswith("cleaners/_speedups/_speedups.")
    must = {
        *(f"{name}/py.typed" for name in PACKAGES), "cleaners/rules/promos.toml", "cleaners/explain.toml",
        "cleaners/judge/model.json.gz", "cleaners/judge/stop_words.toml", "cleaners/judge/MODEL_CARD.md",
        "cleaners/_speedups/_speedups.c",
    }  # fmt: skip
    assert must <= own, "these make an article, or say what made it"
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_sdist_has_what_builds_it_and_no_tests(source: Path, built: dict[str, Path]) -> None:
    with tarfile.open(built["sdist"]) as file:
        names = {name.partition("/")[2] for name in file.getnames()}
    assert tracked(source) | set(ELSE) <= names
    assert not [name for name in names if name.partition("/")[0] in LEFT_OUT or name.endswith(".so")]


def test_the_description_is_whole_and_renders(built: dict[str, Path]) -> None:
    archive = zipfile.ZipFile(built["wheel"])
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    text = archive.read(name)
    said = Metadata.from_email(text, validate=True)
    assert said.description and said.description.strip() == (HOME / "README.md").read_text(encoding="utf-8").strip()
    assert email.message_from_bytes(text)["Description-Content-Type"] == "text/markdown"
    rendered = markdown.render(said.description)
    assert rendered and "<h1" in rendered and "<table" in rendered and "|---" not in rendered
    declared = {line.rpartition(" ")[2] for line in said.classifiers or [] if ":: Python :: 3." in line}
    assert declared == set(PYTHONS) and said.requires_python and str(said.requires_python) == ">=3.11"


def test_the_installed_command_gives_the_same_from_any_folder(installed: Path, box: Path, tmp_path: Path) -> None:
    """From a folder with other packages of the same names, out of an installation that nobody can write to."""
    raw, clean, cache = tmp_path / "raw", tmp_path / "clean", tmp_path / "cache"
    shutil.copytree(HOME / "raw", raw)
    command = installed.with_name("copydesk")
    assert "clean" in run(command, "--help", cwd=box)
    run(
        "unshare", "-rm", "sh", "-c", READ_ONLY, "sh", installed.parents[1], command, "clean", raw, clean,
        cwd=box, COPYDESK_CACHE=str(cache), PREFECT_API_URL="",
    )  # fmt: skip
    assert pages_of(clean) == expected_pages()
    assert [path.suffix for path in cache.iterdir()] == [".npy"]


def test_the_installed_package_has_its_c_parts_and_our_fingerprint(installed: Path, tmp_path: Path) -> None:
    assert run(installed, "-c", BUILT, cwd=tmp_path) == "True\n"
    assert run(installed, "-c", FINGERPRINT, cwd=tmp_path) == run(sys.executable, "-c", FINGERPRINT, cwd=HOME)


def test_all_that_is_imported_anywhere_is_installed(installed: Path, tmp_path: Path) -> None:
    """Most pages do without the reference extractor, and pip 23.2 left out a part of it that an extra asked for."""
    (site,) = installed.parents[1].glob("lib/*/site-packages")
    assert int(run(installed, "-c", IMPORTED, site, *PACKAGES, cwd=tmp_path)) > 100


def test_the_library_page_holds_for_the_installed_package(installed: Path, tmp_path: Path) -> None:
    """Its examples, with the libraries of this environment, where our packages are found in the installation alone."""
    for name in ("docs", "raw", "tests/copydesk", "tests/support"):
        shutil.copytree(HOME / name, tmp_path / "home" / name, ignore=MADE)
    shutil.copy(HOME / "pyproject.toml", tmp_path / "home")
    venv.create(tmp_path / "env", with_pip=False)
    (site,) = (tmp_path / "env").glob("lib/*/site-packages")
    (own,) = installed.parents[1].glob("lib/*/site-packages")
    (site / "others.pth").write_text(f"{own}\n{sysconfig.get_path('purelib')}\n")
    python = tmp_path / "env/bin/python"
    where = "import copydesk; print(copydesk.__file__, copydesk.__version__)"
    assert run(python, "-c", where, cwd=tmp_path).split() == [str(own / "copydesk/__init__.py"), VERSION]
    said = run(python, "-m", "pytest", "tests/copydesk/test_library_page.py", cwd=tmp_path / "home", CI="true")
    assert " passed" in said or "100%" in said


def test_without_a_compiler_it_is_plain_python_that_gives_the_same(
    installed: Path, built: dict[str, Path], box: Path, tmp_path: Path
) -> None:
    plain, clean = tmp_path / "plain", tmp_path / "clean"
    run(installed, "-m", "pip", "install", "-q", "--no-deps", "--target", plain, built["sdist"], cwd=box, CC="false")
    assert not list(plain.rglob("*.so"))
    found: dict[str, Any] = {"cwd": box, "PYTHONPATH": str(plain), "PREFECT_API_URL": ""}
    assert run(installed, "-P", "-c", BUILT, **found) == "False\n"
    run(plain / "bin/copydesk", "clean", HOME / "raw", clean, **found)
    assert pages_of(clean) == expected_pages()
