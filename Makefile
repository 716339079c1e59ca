# Two commands do everything: `make app` and `make test`. The rest are parts of them.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || echo python3)
BIN := .venv/bin
export ERA_GEO_REAL_DATA ?= $(abspath ../shared/data)
# Tests and the app start many processes: without compiled modules each would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

# What uv installs in seconds takes pip minutes; where uv does not reach what this machine's pip is set up to reach, pip does it.
define install
	$(BIN)/python -m pip install --quiet --only-binary :all: 'uv>=0.5' && \
		$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint requirements.lock --editable '$(1)' || \
		$(BIN)/python -m pip install --quiet --constraint requirements.lock --editable '$(1)'
endef

.PHONY: app test install install-test lint check clean

app: install
	$(BIN)/era-geo app

install: .venv/installed

install-test: .venv/installed-test
	deploy/install-test-tools

test: install-test lint
	$(BIN)/python -m pytest --numprocesses logical --dist loadfile

lint: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	MYPY_NUM_WORKERS=2 $(BIN)/mypy

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "era-geo needs Python 3.11, 3.12 or 3.13; say which: make PYTHON=python3.12 app")'
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml requirements.lock .venv/bin/python
	$(call install,.)
	touch $@

.venv/installed-test: pyproject.toml requirements.lock .venv/bin/python
	$(call install,.[test])
	touch $@ .venv/installed

clean:
	rm -rf .venv build dist
