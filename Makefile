# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# uv from the machine if it has one, else our own copy in .tools (installed with pip, nothing is changed elsewhere).
UV := $(shell command -v uv 2>/dev/null || echo .tools/uv/bin/uv)
export UV_PYTHON_DOWNLOADS := never

.PHONY: demo test check bench soak lock install docs format clean

demo: install
	@$(BIN)/columnist demo --tour
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/columnist demo; fi

test: install
	@$(BIN)/pytest -n 2 --dist worksteal -m "not soak"

check: install
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -q -m house

bench: install
	@$(BIN)/python bench/run.py $(ARGS)

soak: install
	@$(BIN)/pytest -m soak
	@COLUMNIST_TEST_EXAMPLES=new $(BIN)/pytest -q tests/sql/test_properties.py

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml | $(UV)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 2; }
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) $(VENV)
	@$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q agent skills tools memory
	@touch $@

# `--target` keeps uv out of the system's Python; Debian ships Python without pip, so root may have to fetch it first.
.tools/uv/bin/uv:
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m ensurepip --user >/dev/null 2>&1 \
		|| { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-pip >/dev/null; } \
		|| { echo "pip is missing: install it (Debian, Ubuntu: apt-get install python3-pip), or uv, and run make again"; exit 2; }
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target .tools/uv uv

lock: | $(UV)
	@$(UV) pip compile --quiet --universal --all-extras --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -o requirements.lock pyproject.toml

docs: install
	@$(BIN)/python docs/generate.py

format: install
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean:
	@rm -rf $(VENV) .tools .pytest_cache .mypy_cache .ruff_cache
