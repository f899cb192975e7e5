# What people and CI run. `make help` lists it; nothing here needs more than make and Python 3.11 or newer.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.leadstream-ready
# Unit and property tests use every core; set JOBS=0 to run them in one process (a debugger needs that).
JOBS ?= auto
PARALLEL := -n $(JOBS) --dist=worksteal
# Integration tests mostly wait for servers: three files at a time, each process with servers of its own. In the order of
# their names: by default files of many tests go first, and the longest, which have one, would be waited for in the end.
SERVER_JOBS ?= 3
BESIDE := -n $(SERVER_JOBS) --dist=loadfile --no-loadscope-reorder
PROPERTIES := tests/property tests/planted tests/fuzz tests/simulation
NO_PROPERTIES := $(PROPERTIES:%=--ignore=%)
PYTEST_ARGS ?=
DEMO_ARGS ?=
INPUTS ?= 100000
FUZZ_ARGS ?=
SEEDS ?= 10000
FAULTS_ARGS ?=
SOAK_HOURS ?= 4
SOAK_ARGS ?=
BENCH_ARGS ?=

.PHONY: help setup compiled demo test check unit integration docs-test fuzz simulate faults controls record soak bench lock schemas pictures dashboards clean

help: ## Say what there is
	@echo "leadstream: scores leads in real time"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  First time here? make demo"

setup: $(STAMP) ## Make .venv with everything that is needed, pinned by hash (about a minute, once)

$(STAMP): requirements.lock pyproject.toml tools/prepare.py
	@PYTHON=$$(sh tools/find_python.sh) && "$$PYTHON" tools/prepare.py "$(VENV)" "$(STAMP)"

compiled: $(STAMP) ## Translate the hot modules to machine code: half as fast again (a minute or two, once for these sources)
	@$(BIN)/python -m tools.compile

demo: $(STAMP) ## Start everything on this machine and watch some hundred leads change stage
	@$(BIN)/leadstream demo $(DEMO_ARGS)

test: compiled ## Run the tests of every change: unit, property, conformance, docs, integration; with branch coverage
	@echo "== unit, conformance, architecture and docs tests (JOBS=$(JOBS)) =="
	@rm -f .coverage .coverage.*
	@$(BIN)/python -m pytest $(PARALLEL) -m "not integration" $(NO_PROPERTIES) --cov --cov-report= --cov-fail-under=0 $(PYTEST_ARGS)
	@echo "== properties, bugs planted to be found by them, fuzzing; not traced, which would double their time =="
	@$(BIN)/python -m pytest $(PARALLEL) $(PROPERTIES) $(PYTEST_ARGS)
	@echo "== integration tests: real servers, started here on free ports =="
	@$(BIN)/python -m pytest -v $(BESIDE) -m "integration and not controls and not repeats" --cov --cov-append --cov-report= --cov-fail-under=0 $(PYTEST_ARGS)
	@echo "== branch coverage =="
	@$(BIN)/python -m coverage report

check: $(STAMP) ## Look without running: lint, format, types, walls, generated files, lock file
	@echo "== ruff: lint ==";               $(BIN)/ruff check .
	@echo "== ruff: format ==";             $(BIN)/ruff format --check .
	@echo "== mypy: types, strict ==";      $(BIN)/mypy
	@echo "== import-linter: walls ==";     $(BIN)/lint-imports
	@echo "== JSON Schemas: up to date =="; $(BIN)/python -m schemas.export --check
	@echo "== reference pages: up to date =="; $(BIN)/python tools/reference_pages.py --check
	@echo "== dashboards: up to date ==";   $(BIN)/python tools/dashboards.py --check
	@echo "== lock file: up to date ==";    $(BIN)/python tools/lock.py --check

unit: $(STAMP) ## Run only what needs no server (seconds)
	@$(BIN)/python -m pytest $(PARALLEL) -m "not integration" --ignore=tests/simulation $(PYTEST_ARGS)

integration: compiled ## Run only what needs servers, on both kinds of broker whatever can; it starts them
	@$(BIN)/python -m pytest -v $(BESIDE) -m "integration and not controls" $(PYTEST_ARGS)

docs-test: $(STAMP) ## Run the blocks of the documentation as tests
	@$(BIN)/python -m pytest -v tests/docs $(PYTEST_ARGS)

fuzz: $(STAMP) ## Try INPUTS=100000 random inputs on every reader of input; FUZZ_ARGS="--seed 1" repeats a run
	@$(BIN)/python -m tests.fuzz.campaign --inputs $(INPUTS) $(FUZZ_ARGS)

faults: compiled ## Hurt workers, Kafka and Redis under load, then recompute everything; FAULTS_ARGS="--seed 1" repeats a run
	@$(BIN)/python -m tests.faults run --activities 60000 --faults 25 --minutes 5 $(FAULTS_ARGS)

controls: $(STAMP) ## Run faults against workers with a part taken out, which must be judged wrong: five minutes
	@$(BIN)/python -m pytest -v -m controls tests/integration/faults $(PYTEST_ARGS)

record: compiled ## The fault run of record: 20 seeds of 50,000 activities and 20 faults, 45 minutes; goes on where it was
	@$(BIN)/python -m tests.faults record --seeds 20 --activities 50000 --rate 1050 --faults 20 --minutes 4 $(FAULTS_ARGS)

soak: compiled ## A million random inputs, a thousand examples of each property, the controls, long flows on the embedded broker too, then fault runs for SOAK_HOURS=4 hours, seed after seed; their table is tests/faults/results/soak.md
	@$(BIN)/python -m tests.fuzz.campaign --inputs 1000000 $(FUZZ_ARGS)
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest $(PARALLEL) --timeout=3600 tests/property $(PYTEST_ARGS)
	@$(BIN)/python -m pytest -v -m "controls or repeats" tests/integration $(PYTEST_ARGS)
	@$(BIN)/python -m tests.faults soak --hours $(SOAK_HOURS) --report tests/faults/results/soak.jsonl $(SOAK_ARGS)

simulate: compiled ## Play the line under simulated faults for SEEDS seeds (10000), on every core; says which seed fails
	@$(BIN)/python -m streams.compiled tests.simulation --seeds $(SEEDS)

bench: compiled ## Measure speed, latency, memory and scale, beside peers, and write the table in the README
	@$(BIN)/python -m benchmarks.fold
	@$(BIN)/python -m streams.compiled benchmarks.fold
	@$(BIN)/python -m benchmarks.peers
	@$(BIN)/python -m benchmarks.latency
	@$(BIN)/python -m benchmarks.memory
	@$(BIN)/python -m benchmarks.scale
	@$(BIN)/python -m benchmarks.report
	@$(BIN)/python -m benchmarks.overhead
	@$(BIN)/python -m benchmarks.cases
	@$(BIN)/python -m benchmarks.rebuild $(BENCH_ARGS)
	@$(BIN)/python -m benchmarks.simulating
	@$(BIN)/python -m benchmarks.table

lock: $(STAMP) ## Write requirements.lock, and its parts for the image, anew from pyproject.toml (needs the network)
	@$(BIN)/python tools/lock.py

schemas: $(STAMP) ## Write schemas/json, and the reference pages in docs/, anew from the code
	@$(BIN)/python -m schemas.export
	@$(BIN)/python tools/reference_pages.py

pictures: $(STAMP) ## Take the pictures of reports in docs/pictures anew (needs a browser; fetches one from Debian's packages)
	@$(BIN)/python -m tools.report_pictures

dashboards: $(STAMP) ## Write Grafana's dashboards in deploy/grafana anew from their tables in tools
	@$(BIN)/python tools/dashboards.py

clean: ## Remove .venv, caches and coverage data
	rm -rf $(VENV) .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
