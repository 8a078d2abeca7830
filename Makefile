# Linli 邻里. Needs Python 3.11 or newer and make; everything else comes from the package registries.
PORT ?= 8000
HOST ?= 127.0.0.1
DATA ?= .data
PYTHON ?= python3
WORKERS ?= auto
UV_VERSION := 0.13.9
BIN := .venv/bin

export DATA
.DEFAULT_GOAL := help
.PHONY: help run build test check api e2e bench red-flags lock clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-8s %s\n", $$1, $$2}'
	@echo "  make run takes PORT=$(PORT) HOST=$(HOST) DATA=$(DATA)"

run: .venv/.installed ## start the whole system with its own database; Ctrl-C stops it
	@exec $(BIN)/linli run --build --data "$(DATA)" --port "$(PORT)" --host "$(HOST)"

build: .venv/.installed ## install fonts and build the screens, when they changed
	@$(BIN)/linli build

test: .venv/.installed ## all tests but the browser's and the benchmarks
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --ignore tests/e2e --ignore tests/bench
	@if [ -f frontend/package.json ]; then $(BIN)/python -m linli_launcher.frontend run test; fi

check: .venv/.installed ## lint, types, import contracts, drift of the API document and its client
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m linli_launcher.openapi --check
	@if [ -f frontend/package.json ]; then $(BIN)/python -m linli_launcher.frontend run check; fi

api: .venv/.installed ## write the API document and the client types anew from the code
	$(BIN)/python -m linli_launcher.openapi

e2e: .venv/.installed ## the story in a real browser, on a system of its own
	$(BIN)/python -m linli_launcher.e2e

bench: build ## measure the bars on this machine and print the ratios
	$(BIN)/linli bench

red-flags: .venv/.installed ## print how right the rules of red flags are on labelled cases
	$(BIN)/pytest -q -s tests/supervision/integration/test_flag_figures.py

lock: .venv/.installed ## write requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --upgrade --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.lock

clean: ## remove what was built; the data directory stays
	rm -rf .venv .build frontend/dist frontend/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Linli needs Python 3.11 or newer: make PYTHON=/path/to/python3"; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/uv --version 2>/dev/null | grep -q 'uv $(UV_VERSION)' || $(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
