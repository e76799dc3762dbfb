# Every target makes the environment it needs; `make demo` and `make test` are all the set-up there is.
#
#   make demo                 loads data/samples, prints the summary and draws a figure
#   make test [EXPORTS=DIR]   runs the tests, also over a folder of your own exports; those that need
#                             Chromium are skipped without it, or fail with BROWSER=required
#   make quick                runs the quick half of the tests
#   make lab                  opens the tour of the notebooks in JupyterLab
#   make check                format, lint and strict types
#   make gallery              draws every plot, light and dark, into gallery/
#   make bench                prints speed and memory beside other ways to do the same
#   make lowest               runs the tests on Python 3.11 with the lowest versions declared
#   make lock                 renews both lock files
#
# PYTHON=/path/to/python chooses the interpreter of a new environment.

BIN := .venv/bin
READY := .venv/ready
READY_LOWEST := .venv-lowest/ready
LOWEST_PYTHON ?= python3.11
# A file's tests share one process, so that what they set up is set up once.
PARALLEL := --numprocesses auto --dist loadfile
PYTEST_ARGS := $(if $(EXPORTS),--exports=$(EXPORTS)) $(if $(BROWSER),--require-browser)

.DEFAULT_GOAL := help
.PHONY: help demo test quick lab check gallery bench lowest lock

help:
	@sed -n 's/^#   //p' Makefile

demo: $(READY)
	@$(BIN)/python -m completion_analytics.first_look

test: $(READY)
	@$(BIN)/python -m pytest -q $(PARALLEL) $(PYTEST_ARGS)

quick: $(READY)
	@$(BIN)/python -m pytest -q $(PARALLEL) -m "not slow and not browser"

lab: $(READY)
	@$(BIN)/jupyter lab notebooks/00_tour.ipynb

check: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

gallery: $(READY)
	@$(BIN)/python tools/gallery.py

bench: $(READY)
	@$(BIN)/python -m bench

lowest: $(READY_LOWEST)
	@.venv-lowest/bin/python -m pytest -q -p no:cacheprovider $(PARALLEL) -m "not browser"

# The stamps: an environment is touched again only when a lock file or pyproject.toml is newer than it.
$(READY): requirements.lock pyproject.toml tools/environment
	@tools/environment .venv requirements.lock $(PYTHON)
	@touch $@

$(READY_LOWEST): requirements-lowest.lock pyproject.toml tools/environment
	@tools/environment .venv-lowest requirements-lowest.lock $(LOWEST_PYTHON)
	@touch $@

UV = $(or $(shell command -v uv),$(BIN)/uv)
COMPILE = $(UV) pip compile pyproject.toml --quiet --upgrade --all-extras --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate

lock: $(READY)
	@$(COMPILE) --output-file requirements.lock
	@$(COMPILE) --output-file requirements-lowest.lock --resolution lowest-direct
