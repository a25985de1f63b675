# The commands of Portico. `make` alone lists them.

.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV := .venv
PY := $(VENV)/bin/python
REQUIREMENTS := requirements/runtime.txt requirements/local.txt requirements/dev.txt
CATALOGUES := $(wildcard services/*/translations/*/LC_MESSAGES/*.po)
# Two cores: one worker starts services while the other one's tests run. A module's tests stay together, and modules
# come in the order that tests/conftest.py gives them.
WORKERS ?= 2
PYTEST := $(PY) -m pytest
PARALLEL := --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

##@ Running
.PHONY: help
help: ## List these commands
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile
	@printf '\nTo add a package: name it in requirements/runtime.in (or local.in, dev.in), then run make lock venv.\n'

.PHONY: run
run: setup ## Run the whole suite on this machine until ctrl-c; data stay in .portico/
	@exec $(PY) -m deploy.local.run

.PHONY: import
import: venv ## Bring in your own data through the API: make import FILE=customers.csv, or FOLDER=…
	@$(PY) -m deploy.importer "$(or $(FILE),$(FOLDER),$(error name what to bring in: make import FILE=… or FOLDER=…))" \
		--key-file "$${PORTICO_API_KEY_FILE:-$${PORTICO_STATE:-.portico}/api-key}" $(if $(REPORT),--report "$(REPORT)")

.PHONY: backup
backup: venv ## Copy the data of `make run` into FILE=portico.tar.gz, while it is stopped
	@$(PY) -m deploy.local.backup save "$(or $(FILE),portico.tar.gz)"

.PHONY: restore
restore: venv ## Make the data of `make run` from FILE=portico.tar.gz, where there are none
	@$(PY) -m deploy.local.backup restore "$(or $(FILE),portico.tar.gz)"

.PHONY: compose-secrets
compose-secrets: ## Make the secrets that docker-compose.yml needs, once
	@sh deploy/compose/secrets.sh

##@ Checking
.PHONY: test
test: lint setup-tests ## Everything: checks, then all tests (less than 20 minutes on two cores)
	$(PYTEST) $(PARALLEL)

.PHONY: lint
lint: venv ## Style, types, import rules, templates
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo
	$(VENV)/bin/djlint services --lint --quiet

.PHONY: format
format: venv ## Put the code into shape
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

.PHONY: unit
unit: venv translations ## Pure tests and contracts, in seconds
	$(PYTEST) $(wildcard tests/unit tests/contract)

.PHONY: service
service: setup-tests ## Tests against a real broker and store
	$(PYTEST) $(PARALLEL) tests/service

.PHONY: e2e
e2e: setup-tests ## Tests through a browser
	$(PYTEST) tests/e2e

.PHONY: pictures
pictures: setup-tests ## Take the README's pictures anew, from the demo in a browser
	$(PYTEST) tests/e2e/test_pictures.py
	cp test-results/pictures/*.png docs/pictures/

.PHONY: chaos
chaos: setup-tests ## Kill processes at chosen points and count what was lost or doubled: the long form
	PORTICO_CHAOS=long $(PYTEST) tests/chaos -s

.PHONY: bench
bench: setup ## Figures beside those of peers, in less than ten minutes; PART=rpc, pages, pdf or billing alone
	@$(PY) -W ignore -m tests.bench $(PART)

##@ Set-up
.PHONY: venv
venv: $(VENV)/.ready ## The virtual environment with all pinned packages

$(VENV)/.ready: $(REQUIREMENTS) deploy/local/venv.sh
	@sh deploy/local/venv.sh $(VENV)
	@echo "set-up: installing the Python packages (a minute the first time)"
	@$(PY) -m pip install --quiet --disable-pip-version-check $(addprefix -r ,$(REQUIREMENTS))
	@touch $@

.PHONY: setup
setup: venv translations ## What `make run` needs
	@$(PY) -m deploy.local.packages broker document-fonts

.PHONY: setup-tests
setup-tests: venv translations ## What the tests need besides: a browser, fonts, PDF tools
	@$(PY) -m deploy.local.packages broker browser fonts document-fonts pdf

.PHONY: translations
translations: $(CATALOGUES:.po=.mo)

%.mo: %.po | $(VENV)/.ready
	@$(VENV)/bin/pybabel --quiet compile --input-file $< --output-file $@

.PHONY: lock
lock: venv ## Pin what requirements/*.in ask for (UPGRADE=1 moves all pins to the newest releases)
	@sh requirements/lock.sh $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## Remove what set-up and tools have made; the data in .portico/ stay
	rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache test-results
	find deploy services shared tests -name __pycache__ -prune -exec rm -rf {} +
	find services -name '*.mo' -delete
