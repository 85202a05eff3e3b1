# Two commands do all the set-up: `make demo` and `make test`. Both fill .venv from the lock first.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.filled
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test lint install system docs lock bench validate clean

demo: install  ## Mint certified tasks, ask the embedded model, open a report (about 5 minutes)
	$(BIN)/unseen eval --budget minutes=4

test: install system  ## The whole test suite
	$(BIN)/python -m pytest -n auto --dist loadscope

lint: install  ## Formatting, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

install: $(STAMP)  ## Fill .venv from the lock (quick when nothing changed)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Unseen needs Python 3.11 or newer; set PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python cannot make virtual environments here: sudo apt-get install -y python3-venv"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

system:  ## What the tests need from the system: installed with apt where that is allowed, else named
	@sh tools/system.sh

validate: install  ## Measure every statistical claim anew (about 20 minutes on two cores; ARGS="--budget 60" for more) into docs/validation.md
	$(BIN)/python benchmarks/validate.py $(ARGS)

docs: install  ## Build the documentation site into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

lock:  ## Resolve the lock anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --custom-compile-command "make lock" \
		--all-extras --group test --group lint --group docs --group build pyproject.toml --output-file requirements.lock --quiet

clean:
	rm -rf .venv site build dist
