# One command for each habit; CI runs the same ones. `make help` lists them.
PYTHON ?= .venv/bin/python
PYTHON3 ?= python3
INSTALLED := .venv/.installed
.DEFAULT_GOAL := help

help: ## list these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*## /\t/' | expand -t 16

$(INSTALLED): pyproject.toml
	$(PYTHON3) -m venv .venv && .venv/bin/pip install -q -U 'pip>=25.1' && .venv/bin/pip install -q -e . --group dev
	@touch $@

install: $(INSTALLED) ## make .venv with Tactful and what its tests need (the others do it by themselves)

run: install ## start everything on this machine
	.venv/bin/tactful up

lint: install ## ruff: lint and format
	$(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check .

types: install ## mypy --strict
	$(PYTHON) -m mypy

imports: install ## import-linter: rules <- store <- workers <- service
	.venv/bin/lint-imports

check: lint types imports ## all three

test: install ## the tests, on all cores, a file at a time
	$(PYTHON) -m pytest -n auto --dist loadfile

test-detoxify: install ## the tests that need torch, as well: once more about 2 minutes
	$(PYTHON) -m pip install -q -e '.[export]' && $(PYTHON) -m pytest --detoxify tests/scorers_detoxify

faults: install ## the long form of the fault suite, written into docs/reliability.md: about 30 minutes
	$(PYTHON) -m tests.faults

bench: install ## measure, and write docs/benchmarks.md
	$(PYTHON) -m bench

.PHONY: help install run lint types imports check test test-detoxify faults bench
