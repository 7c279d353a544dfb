# Everything a developer or a stranger needs. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app wsgi
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/messages.po)
PYTEST := $(BIN)/pytest --dist=worksteal -rs
PIN := $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links

TOO_OLD := "Python 3.11 or newer is needed; name it with PYTHON=python3.12"

unexport PYTHONDONTWRITEBYTECODE  # or every process of the tests compiles everything anew

.DEFAULT_GOAL := help
.PHONY: help demo test lint format pins setup setup-dev translations clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.run translations ## Set everything up and serve the demo city (PORT=8000)
	@exec $(FLASK) serve --prepare

test: lint ## Run all checks and tests (CI=true: none may be missing)
	$(PYTEST) -n 2
	$(PYTEST) -n 2 --database=postgresql --ignore=tests/browser

lint: setup-dev ## Check formatting, rules, types, layers, templates, spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --check --lint
	$(BIN)/codespell

format: setup-dev ## Format Python and templates
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint templates --reformat --quiet

pins: setup-dev ## Pin the newest versions of what requirements*.in name
	$(BIN)/pip install --quiet pip-tools
	$(PIN) --upgrade requirements.in
	$(PIN) --upgrade requirements-dev.in

setup: $(VENV)/.run translations ## Install what the product runs on and build its files
	@$(FLASK) assets build --if-older

setup-dev: $(VENV)/.dev setup ## Install also what checks and tests need

translations: $(CATALOGUES:.po=.mo) ## Compile the message catalogues

%.mo: %.po | $(VENV)/.run
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(word 2,$(subst /, ,$<))

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and $(TOO_OLD))'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

clean: ## Remove what was built; data/ stays
	rm -rf $(VENV) app/static/build translations/*/LC_MESSAGES/*.mo .mypy_cache .ruff_cache
