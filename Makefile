# One command for everything. Needs Python >= 3.11 with venv, and a C++ compiler.
# Slow steps leave a stamp under build/ and are not repeated until what they depend on changes.

PYTHON ?= python3
PYTEST ?=
SECONDS_EACH ?= 60
BIN := .venv/bin
STAMPS := build/stamps
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --retries 5 --constraint constraints.txt
LOCKS := tests/kql/gate/package-lock.json
SETTINGS := pyproject.toml setup.py constraints.txt
CHECKS := lint format mypy pyright spelling settings

.DEFAULT_GOAL := help
.PHONY: help demo dev build test check cover fuzz bench plots rivals docs dist debug sanitize race arm instructions node lock clean $(addprefix check-,$(CHECKS))

help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: $(STAMPS)/installed build ## scan the bundled events with the starter rules
	@$(BIN)/tocsin scan --format text -r rules/starter rules/starter/events || test $$? -eq 1

dev: $(STAMPS)/tools build ## set up .venv: Tocsin editable, and every tool
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node; \
		else echo "npm is not installed: tests that ask Microsoft's parser will skip"; fi

build: $(STAMPS)/installed ## compile what has changed, in place
	@$(BIN)/python setup.py --quiet build_ext --inplace

test: $(STAMPS)/tools build ## run the suite; PYTEST="-k name" narrows it
	$(BIN)/python -m pytest $(PYTEST)

check: $(addprefix check-,$(CHECKS)) ## lint, format, types, spelling

check-lint: COMMAND := ruff check .
check-format: COMMAND := ruff format --check .
check-mypy: COMMAND := mypy
check-pyright: COMMAND := pyright
check-spelling: COMMAND := codespell
check-settings: COMMAND := validate-pyproject pyproject.toml
$(addprefix check-,$(CHECKS)): $(STAMPS)/tools build
	$(BIN)/$(COMMAND)

cover: $(STAMPS)/tools build ## branch coverage of the suite
	$(BIN)/coverage run -m pytest $(PYTEST)
	$(BIN)/coverage report

fuzz: $(STAMPS)/fuzz build ## feed bad input to each reader, SECONDS_EACH=60
	@for target in $${TARGETS:-$$($(BIN)/python -m tests.fuzz.run)}; do \
		echo "fuzzing $$target for $(SECONDS_EACH) s"; \
		$(BIN)/python -m tests.fuzz.run $$target -max_total_time=$(SECONDS_EACH) || exit 1; \
	done

bench: $(STAMPS)/bench build ## measure, and print the table of docs/benchmarks.md
	$(BIN)/python -m bench

plots: $(STAMPS)/bench build ## measure, and draw the plots of docs/benchmarks.md
	$(BIN)/python -m bench.plots

rivals: $(STAMPS)/rivals build ## measure against the same rules as SQL in SQLite and DuckDB
	$(BIN)/python -m bench.rivals

docs: $(STAMPS)/tools build ## run every example of the documents
	$(BIN)/python -m pytest tests/meta/test_documents.py

dist: $(STAMPS)/tools ## build the sdist, and the wheel from it, in isolation
	$(BIN)/python -m build --outdir dist

debug: $(STAMPS)/tools ## the suite on a build with bounds checks and line trace
	TOCSIN_DEBUG=1 $(BIN)/python setup.py --quiet build_ext --inplace
	TOCSIN_DEBUG=1 $(BIN)/python -m pytest $(PYTEST)

sanitize: $(STAMPS)/tools ## the matcher's tests under the address and undefined sanitizers
	TOCSIN_SANITIZE=address,undefined $(BIN)/python setup.py --quiet build_ext --inplace
	LD_PRELOAD="$$(c++ -print-file-name=libasan.so) $$(c++ -print-file-name=libubsan.so)" \
	ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1 PYTHONMALLOC=malloc TOCSIN_SANITIZE=address,undefined \
		$(BIN)/python -m pytest -p no:xdist tests/matcher $(PYTEST)

race: $(STAMPS)/tools build ## threads and memory of the engine under sanitizers, without Python
	$(BIN)/python -m bench.driver checked race

arm: $(STAMPS)/tools build ## the engine on an emulated ARM machine
	$(BIN)/python -m bench.driver arm

instructions: $(STAMPS)/tools build ## count instructions, and compare with bench/instructions.json
	$(BIN)/python -m bench.instructions

node: $(STAMPS)/node ## install the Node packages with which emitted queries are proved

lock: $(STAMPS)/fuzz $(STAMPS)/bench $(STAMPS)/rivals $(STAMPS)/tools ## take the newest versions, and note them in constraints.txt
	$(PIP) install --upgrade pip --group dev --group bench --group rivals --group fuzz
	@{ echo "# The version of every package that work on Tocsin uses; written by \`make lock\`."; \
		$(PIP) freeze --all --exclude-editable | sort --ignore-case; } > constraints.txt

clean: ## remove everything that was made, but not .venv
	rm -rf build dist */_*.cpp .hypothesis .pytest_cache .mypy_cache .ruff_cache .benchmarks .coverage
	find dsl emit grammar matcher rules tocsin tests bench \( -name '*.so' -o -name '*.pyd' \
		-o -name __pycache__ \) -not -path '*/node_modules/*' -prune -exec rm -rf {} +

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Tocsin needs Python 3.11 or newer: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(INSTALL) --upgrade pip
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/installed: $(STAMPS)/venv $(SETTINGS)
	@$(INSTALL) --group build
	@PYTHONWARNINGS=ignore $(INSTALL) --no-build-isolation --editable .
	@touch $@

$(STAMPS)/tools: $(STAMPS)/installed
	@$(INSTALL) --group dev
	@touch $@

$(STAMPS)/fuzz $(STAMPS)/bench $(STAMPS)/rivals: $(STAMPS)/installed
	@$(INSTALL) --group $(notdir $@)
	@touch $@

$(STAMPS)/node: $(LOCKS)
	@for lock in $(LOCKS); do (cd "$$(dirname $$lock)" && npm ci --no-audit --no-fund) || exit 1; done
	@mkdir -p $(STAMPS) && touch $@
