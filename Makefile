# `make demo` and `make test` are all it takes: each sets up its own .venv first, and only when that is needed.
# Another Python: make test PYTHON=python3.13 (the .venv is then made anew).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --editable
VERSION := $(shell $(PYTHON) -c 'import platform; print(platform.python_version())' 2>/dev/null)

# numba looks for changes in a kernel's own file, not in the kernels that it calls: each state of all of them
# has a cache of its own.
export NUMBA_CACHE_DIR := $(CURDIR)/$(VENV)/kernels/$(shell cat clickgraph/kernels/*.py | cksum | tr ' ' -)

.PHONY: demo test test-spark check coverage quality spark speed docs clean
.DELETE_ON_ERROR:

demo: $(VENV)/.has-run
	$(BIN)/clickgraph demo

test: $(VENV)/.has-test
	$(BIN)/python -m pytest -q -n auto

# Some minutes: a local session, a cluster of three processes, a Connect server, one after another on two cores.
test-spark: $(VENV)/.has-spark
	@java -version >/dev/null 2>&1 || test -n "$$JAVA_HOME" || \
	{ echo "Spark needs Java 17 (Debian: apt-get install openjdk-17-jre-headless)"; exit 1; }
	$(BIN)/python -m pytest -q tests/spark

check: $(VENV)/.has-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

coverage: $(VENV)/.has-test
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q --cov --cov-report=term-missing tests/kernels

# Hours on two cores; interrupted, it goes on where it was. A first impression: make quality QUALITY=--quick
quality: $(VENV)/.has-benchmarks
	$(BIN)/python benchmarks/quality.py $(QUALITY)

# Measures, and writes docs/spark.md; a first impression: make spark SPARK=--quick
spark: $(VENV)/.has-spark
	$(BIN)/python benchmarks/spark.py $(SPARK)

# Half an hour on two cores with nothing beside it; a first impression: make speed SPEED=--quick
speed: $(VENV)/.has-benchmarks
	$(BIN)/python benchmarks/speed.py $(SPEED)

# The tutorial is run anew; nothing is fetched. The pages: build/docs/index.html
docs: $(VENV)/.has-docs
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs build/docs

clean:
	rm -rf $(VENV) docs/_made .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov build dist

$(VENV)/.python-$(VERSION):
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("clickgraph needs Python 3.11 or newer, \
	this is " + sys.version.split()[0] + ": name another with make PYTHON=/path/to/python")'
	@echo "setting up $(VENV) with Python $(VERSION); the first time takes a minute or two"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.has-run: pyproject.toml $(VENV)/.python-$(VERSION)
	@$(PIP) .
	@touch $@

$(VENV)/.has-test: pyproject.toml $(VENV)/.python-$(VERSION)
	@$(PIP) '.[test]'
	@touch $@

$(VENV)/.has-benchmarks: pyproject.toml $(VENV)/.python-$(VERSION)
	@$(PIP) '.[benchmarks]'
	@touch $@

$(VENV)/.has-spark: pyproject.toml $(VENV)/.has-test
	@$(PIP) '.[test,spark]'
	@touch $@

$(VENV)/.has-docs: pyproject.toml $(VENV)/.python-$(VERSION)
	@$(PIP) '.[docs]'
	@touch $@

$(VENV)/.has-check: pyproject.toml $(VENV)/.python-$(VERSION)
	@$(PIP) '.[check]'
	@touch $@
