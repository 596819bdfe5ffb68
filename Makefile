# `make run` cleans raw/ into clean/, `make check` checks what changes most in half a minute, `make test` checks everything.
# All may be repeated.
#   make run RAW=pages CLEAN=out ARGS="--help"      make test PYTHON=python3.12

SHELL := /bin/sh
RAW ?= raw
CLEAN ?= clean
ARGS ?=
ROUNDS ?= 10
MINUTES ?= 30
# The first of these that is 3.11 or later makes .venv.
PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11 python
VENV := .venv
BIN := $(VENV)/bin
# The stamp carries the lock's checksum: a changed lock installs again, an unchanged one never does.
STAMP := $(VENV)/.installed-$(shell cksum < requirements.lock | tr ' ' '-')

# True when the C parts are there and were built from the sources that stand here: a look of 0.05 s.
BUILT := COPYDESK_PURE= COPYDESK_SPEEDUPS= $(BIN)/python -c 'import sys; from cleaners._speedups import speedups; sys.exit(not speedups)'

.PHONY: run build check lint test test-package test-asan golden soak fuzz lock

run: build
	@$(BIN)/python -m flows.clean "$(RAW)" "$(CLEAN)" $(ARGS)

# The C parts, in place. Where they cannot be built all goes on in Python alone, with the same output.
build: $(STAMP)
	@$(BUILT) || { \
		$(BIN)/python setup.py -q build_ext --inplace --build-lib $(VENV)/build --build-temp $(VENV)/build \
			>$(VENV)/build.log 2>&1; \
		$(BUILT) || echo "The C parts could not be built ($(VENV)/build.log says why): the articles are the same, a page takes" \
			"twice as long or more. On Debian and Ubuntu: apt install gcc python3-dev"; \
	}

# Lint, types, the house, the sample and the tests of cleaners/ without the slow ones.
check: build lint
	$(BIN)/python -m pytest tests/test_house.py tests/golden tests/cleaners -m "not slow and not soak"

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: build lint
	$(BIN)/python -m pytest

# What is built for others: sdist and wheel, installed into fresh environments. Asks the package registry; a minute.
test-package: $(STAMP)
	$(BIN)/python -m pytest tests/packaging -m package

# The articles and ledgers of the sample anew, after a change that was meant: git diff tests/golden then shows it.
golden: build
	PYTHONPATH=.:tests:tests/support $(BIN)/python -m golden.sample

# The C parts with AddressSanitizer and UBSan in it; needs gcc. A minute.
test-asan: $(STAMP)
	PYTHONPATH=.:tests:tests/support $(BIN)/python -m sanitized

# Real stops, long draws and hundreds of kills: minutes to an hour.
soak: build
	$(BIN)/python -m pytest -m soak

# Other inputs each time: all Hypothesis tests so many rounds, then the fuzzer of pages for so many minutes of CPU. What is
# found becomes an @example of its test, or a row in tests/hostile/test_fuzz.py.
fuzz: build
	@for round in $$(seq $(ROUNDS)); do \
		echo "round $$round of $(ROUNDS)"; \
		COPYDESK_DRAWS=fuzz $(BIN)/python -m pytest -m "hypothesis and not soak" || exit 1; \
	done
	PYTHONPATH=.:tests:tests/support $(BIN)/python -m hostile.fuzz --minutes $(MINUTES) --seed $$(date +%s)

# After a change of dependencies; uv is asked for, because one lock then serves every platform and Python.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-config \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock

$(STAMP):
	@python=""; \
	for candidate in $(PYTHON); do \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			python="$$candidate"; break; \
		fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Copydesk needs Python 3.11 or later, and none of these is: $(PYTHON)." >&2; \
		echo "Install one, or name it: make run PYTHON=/path/to/python3.12" >&2; \
		exit 1; \
	fi; \
	if ! "$$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then \
		echo "$$python cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv" >&2; \
		exit 1; \
	fi; \
	echo "Installing the pinned packages into $(VENV) (once, a minute or two) ..."; \
	"$$python" -m venv --clear $(VENV) && \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements.lock
	@touch $@
