# make demo   sets up .venv and solves a bundled instance
# make test   sets up .venv and runs every check but the slow tests
# make slow   the tests that take minutes; WORKERS=1 runs tests one by one
# make witness   an hour and more: proofs watched with known plans, from every start
# make roads   the tests of measured travel where wheels of routing engines are: Python 3.12 or later, ROADS_PYTHON=...
# make coverage   the tests of make test, and what of the code they run; tracing makes them slower by half

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
ROADS_PYTHON ?= $(shell command -v python3.12 || command -v python3.13)
VENV ?= .venv
ROADS_VENV := .venv-roads
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := instances/data/market_town/instance.toml
MARKS ?= not slow and not campaign
WORKERS ?= 2
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile

.PHONY: demo test lint slow witness roads coverage browser clean

demo: $(STAMP)
	$(BIN)/caregroup solve $(DEMO) --time-limit 60 --out out/demo

test: browser lint
	$(PYTEST) -m "$(MARKS)"

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

slow: browser $(STAMP)
	$(PYTEST) -m slow

witness: $(STAMP)
	$(PYTEST) -m campaign tests/solvers/columns

roads:
	@test -n "$(ROADS_PYTHON)" || { echo "Python 3.12 or later is needed; name it with make ROADS_PYTHON=..."; exit 1; }
	$(MAKE) $(ROADS_VENV)/.installed PYTHON="$(ROADS_PYTHON)" VENV=$(ROADS_VENV)
	$(ROADS_VENV)/bin/pytest tests/travel tests/cli/test_cli_travel.py

coverage: browser $(STAMP)
	$(PYTEST) -m "$(MARKS)" --cov=instances --cov=optimizer --cov=solvers --cov=benchmarks --cov-report=term:skip-covered

# the tests of pages need a browser; without one they are skipped and say so
browser:
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null \
		|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq \
			&& DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium chromium-driver >/dev/null; } \
		|| echo "Chromium is not to be had here: the tests of pages are skipped"

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with make PYTHON=..."; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than Python 3.11; name a newer one with make PYTHON=..."; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) $(ROADS_VENV) out .coverage
