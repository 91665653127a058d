# One command for everything. Needs Python >= 3.11 with venv, and a C++ compiler.
# Steps that take long leave a stamp under build/ and are not repeated until their inputs change.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := build/stamps
PIP := $(BIN)/python -m pip --disable-pip-version-check
FOLDERS := dsl emit grammar matcher rules tocsin
SOURCES := $(shell find $(FOLDERS) -name '*.pyx' -o -name '*.pxd' -o -name '*.h' -o -name '*.hpp' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help
help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

.PHONY: dev
dev: $(STAMPS)/dev ## set up .venv with Tocsin editable and every tool

.PHONY: build
build: $(STAMPS)/dev ## compile the modules in place and lay out build/names
	$(BIN)/python setup.py --quiet build_ext --inplace

$(STAMPS)/venv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tocsin needs Python >= 3.11; try make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --upgrade --constraint constraints.txt pip
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: $(STAMPS)/venv constraints.txt pyproject.toml setup.py
	$(PIP) install --quiet --constraint constraints.txt --group dev
	$(PIP) install --quiet --constraint constraints.txt --no-build-isolation --editable .
	@touch $@
