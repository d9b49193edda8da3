# `make demo` runs the main job on the sample; `make test` runs the whole check. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test catalogue golden pictures check lint types floors unit setup packages bench clean

setup: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is: $$($(PYTHON) --version)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	$(PYTHON) -m venv $(VENV)/openxml # apart: it brings lxml, which openpyxl would then use
	$(VENV)/openxml/bin/python -m pip install --quiet "openxml-audit>=0.8"
	touch $(STAMP)

# Exit status 1 means "audited, and there are findings": with this sample that is the right end.
demo: setup
	@$(BIN)/audit run sample_data/*.xlsx sample_data/*.csv --config sample_data/audit.toml \
	  --evidence sample_data/evidence.jsonl --offline --as-of 2026-11-23 --format html,xlsx,json,csv --out audit-report; \
	  status=$$?; test $$status -eq 0 -o $$status -eq 1 -o $$status -eq 3

# The browser and the office suite that the report tests open their files with.
packages:
	@sh .ci/packages

test: setup packages check

check: lint types floors unit

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

floors:
	$(BIN)/lint-imports

unit:
	$(BIN)/pytest -n 2

# The texts to translate: docs/audit.pot.
catalogue: setup
	$(BIN)/python docs/catalogue.py

# What tests/test_golden.py compares the reports with; look at the difference before you keep it.
golden: setup
	$(BIN)/python -m tests.golden_documents

pictures: setup packages demo
	$(BIN)/python docs/pictures.py

bench: setup packages
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.planning
	$(BIN)/python -m benchmarks.lookups
	$(BIN)/python -m benchmarks.html
	$(BIN)/python -m benchmarks.workbook
	$(BIN)/python -m benchmarks.history

clean:
	rm -rf $(VENV) build dist audit-report .mypy_cache .ruff_cache .pytest_cache .hypothesis
