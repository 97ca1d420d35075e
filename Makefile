# Dolen: everything a newcomer or a developer runs. `make` lists it.

SHELL := /bin/sh
PORT ?= 8000
PYTHON ?=
export PORT PYTHON

BIN := .venv/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))
PACKAGES := citizen_platform nlp
KEYWORDS := _ _l:1 gettext lazy_gettext ngettext:1,2 lazy_ngettext:1,2 pgettext:1c,2 lazy_pgettext:1c,2 npgettext:1c,2,3
LINTS := lint-ruff lint-format lint-types lint-templates lint-imports

.DEFAULT_GOAL := help
.PHONY: help demo test lint $(LINTS) format translations catalogues benchmark pins css clean environment test-environment

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s%s\n", $$1, $$2 }' Makefile

demo: environment ## Set up, migrate, load the demo and serve it on 127.0.0.1:PORT (8000), with a worker
	@$(MAKE) --no-print-directory catalogues
	@$(BIN)/python .setup/demo.py

test: test-environment ## Set up and run everything: lint, then every test on SQLite and on PostgreSQL (ARGS go to pytest)
	@.setup/system-packages
	@$(MAKE) --no-print-directory catalogues
	@$(BIN)/python .setup/test.py $(ARGS)

lint: test-environment $(LINTS) ## Check style, types, templates and which way imports go

lint-ruff: test-environment
	$(BIN)/ruff check .

lint-format: test-environment
	$(BIN)/ruff format --check .

lint-types: test-environment
	$(BIN)/mypy

lint-templates: test-environment
	$(BIN)/djlint --lint --quiet citizen_platform

lint-imports: test-environment
	$(BIN)/lint-imports --no-logo

format: test-environment ## Put the code into its one form, mending what can be mended
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

translations: test-environment ## Bring the Welsh catalogue in line with the words in the code, and compile it
	$(BIN)/pybabel -q extract -F .setup/babel.cfg $(KEYWORDS:%=-k %) --sort-output --add-location=file \
		--no-wrap --project=Dolen --version= --copyright-holder=Dolen -o translations/messages.pot .
	$(BIN)/pybabel -q update -i translations/messages.pot -d translations -N --no-wrap --ignore-obsolete \
		--ignore-pot-creation-date
	@$(MAKE) --no-print-directory catalogues

catalogues: $(CATALOGUES)
	@:

translations/%/messages.mo: translations/%/messages.po
	@$(BIN)/pybabel -q compile -i $< -o $@ -l $(word 2,$(subst /, ,$@)) --statistics

benchmark: test-environment ## Measure one thing: make benchmark NAME=import
	@.setup/benchmark '$(NAME)'

pins: test-environment ## Pin the versions that are installed in .venv now (after a change of dependencies)
	@{ sed '/^[^#]/,$$d' .setup/constraints.txt; $(BIN)/pip freeze --all --exclude-editable | grep -v '^pip=='; } >.venv/pins
	@mv .venv/pins .setup/constraints.txt

css: ## Build the stylesheet and the script again (needs Node; the built files are kept in the repository)
	cd .setup/face && npm install --no-audit --no-fund --loglevel=error && npm run --silent build

clean: ## Remove what can be made again; the data under instance/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results *.egg-info build
	find citizen_platform nlp migrations tests .setup -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f translations/messages.pot translations/*/LC_MESSAGES/*.mo

environment:
	@.setup/environment

test-environment:
	@.setup/environment test
