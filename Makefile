# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# uv from the machine if it has one, else our own copy in .tools (installed with pip, nothing is changed elsewhere).
UV := $(shell command -v uv 2>/dev/null || echo .tools/uv/bin/uv)
export UV_PYTHON_DOWNLOADS := never

.PHONY: demo test check bench soak lock install format clean

demo: install
	@$(BIN)/columnist demo --tour
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/columnist demo; fi

test: install
	@$(BIN)/pytest -m "not soak"

check: install
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -q -m house

bench: install
	@$(BIN)/python bench/run.py

soak: install
	@$(BIN)/pytest -m soak

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml | $(UV)
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) $(VENV)
	@$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q agent skills tools memory
	@touch $@

.tools/uv/bin/uv:
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools/uv uv

lock: | $(UV)
	@$(UV) pip compile --quiet --universal --all-extras --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -o requirements.lock pyproject.toml

format: install
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean:
	@rm -rf $(VENV) .tools .pytest_cache .mypy_cache .ruff_cache
