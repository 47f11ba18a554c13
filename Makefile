# Busbar needs git, make and Python 3.11 or newer; everything else is set up here. `make help` lists the targets.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,$(shell command -v $(name) 2>/dev/null)))
BUSBAR_DATA_DIR ?= $(CURDIR)/.busbar
SUITES ?=
ARGS ?=

# Every start of a Python that keeps no bytecode compiles all sources anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help up test check format reference bench bench-gateway chaos lock dev python clean

help:
	@echo "make up         start Busbar with a demo site (ARGS=\"…\" adds options of busbar up)"
	@echo "make test       set up what the tests need and run all of them (SUITES=\"unit house\" runs some)"
	@echo "make check      formatting, lint, types, import law, dependencies, web lint and types"
	@echo "make format     format all sources"
	@echo "make reference  write the generated pages of docs/reference"
	@echo "make bench      run the benchmarks (ARGS=\"boot storm\" runs some); bench-gateway: the short ones on SQLite"
	@echo "make chaos      kill, freeze and cut off a Busbar at work, and compare the books (ARGS=\"--faults 20 --seed 7\")"
	@echo "make dev        set up the environment for development"
	@echo "make lock       resolve the dependencies anew within pyproject.toml (ARGS=--upgrade for the newest)"
	@echo "make clean      remove the environment, caches and built web apps; data in .busbar stays"

python:
	@test -n "$(PYTHON)" && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Busbar needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11" >&2; exit 1; }

up: export BUSBAR_DATA_DIR := $(BUSBAR_DATA_DIR)
up: python
	@"$(PYTHON)" tools/prepare.py run
	@exec .venv/bin/python tools/launch.py .venv/bin/busbar up --demo $(ARGS)

dev: python
	@"$(PYTHON)" tools/prepare.py dev

test: python
	@"$(PYTHON)" tools/prepare.py test
	@exec .venv/bin/python tools/suites.py $(SUITES)

check: dev
	@exec .venv/bin/python tools/check.py

format: dev
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format .
	@cd web && PATH="$(CURDIR)/.venv/bin:$$PATH" npm run --silent format

reference: dev
	@.venv/bin/python tools/reference.py

bench: python
	@"$(PYTHON)" tools/prepare.py bench
	@exec .venv/bin/python -m bench $(ARGS)

bench-gateway: python
	@"$(PYTHON)" tools/prepare.py bench
	@exec .venv/bin/python -m bench --short throughput transport storm $(ARGS)

chaos: python
	@"$(PYTHON)" tools/prepare.py chaos
	@exec .venv/bin/python -m chaos $(ARGS)

lock: dev
	@.venv/bin/uv pip compile $(ARGS) --quiet --python-version 3.11 --universal --generate-hashes --no-header \
	  --all-extras --group dev pyproject.toml --output-file requirements-dev.lock
	@.venv/bin/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header \
	  --group run --constraint requirements-dev.lock pyproject.toml --output-file requirements.lock
	@.venv/bin/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header \
	  --all-extras --constraint requirements-dev.lock pyproject.toml --output-file requirements-scale.lock

clean:
	rm -rf .venv .cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .tsbuildinfo web/node_modules src/busbar/_web
