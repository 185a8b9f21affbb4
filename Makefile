# What can be done here; `make help` lists it. VENV and PYTHON may be set, and every setting of the service is
# read from the environment: `PORT=9000 make run`.

VENV ?= .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check --no-input
# The first of these that is new enough; the newest ones last, because they may be ahead of the packages.
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python3.14,\
	$(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))

# The translations as the service reads them, made from those that people edit.
CATALOGS := $(patsubst %.po,%.mo,$(wildcard service/translations/*/LC_MESSAGES/*.po))

.PHONY: help install run worker migrate backup restore test lint fix screenshots lighthouse translations clean
.DEFAULT_GOAL := help

help: ## list what can be done here
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/service.stamp $(CATALOGS) ## make .venv and install what the service needs

run: install ## run everything on this machine: database, web and worker; Ctrl-C stops it
	@exec $(PY) -m service run

worker: install ## run one more worker, here or on another machine
	@exec $(PY) -m service worker

migrate: install ## bring the database to this version (make run does so by itself)
	@exec $(PY) -m service migrate

backup: install ## write database and images to one dated archive in backups/
	@exec $(PY) -m service backup

restore: install ## bring back an archive into an empty home: make restore FILE=backups/... (FORCE=1 replaces data)
	@test -n "$(FILE)" || { echo "kriya: which backup? make restore FILE=backups/kriya-....tar" >&2; exit 1; }
	@exec $(PY) -m service restore $(if $(FORCE),--force) "$(FILE)"

test: $(VENV)/test.stamp $(CATALOGS) ## install what the tests need and run all of them against real services
	@$(PY) -m tests.chromium
	@OMP_NUM_THREADS=1 $(PY) -m pytest -n logical --maxprocesses 4 --dist worksteal

lint: $(VENV)/test.stamp ## check code, templates and Dockerfile without running anything
	$(PY) -m ruff check .
	$(VENV)/bin/djlint service/templates --lint --quiet
	$(VENV)/bin/hadolint Dockerfile

fix: $(VENV)/test.stamp ## mend what the linter can mend by itself
	$(PY) -m ruff check --fix .

screenshots: $(VENV)/test.stamp $(CATALOGS) ## take the pictures of the README from a running sample catalog
	@$(PY) -m tests.chromium
	@$(PY) -m docs.screenshots

lighthouse: $(VENV)/test.stamp $(CATALOGS) ## let Lighthouse judge the main pages on a phone (needs Node.js)
	@$(PY) -m tests.chromium
	@$(PY) -m tests.lighthouse

translations: $(VENV)/test.stamp ## collect the texts to translate into service/translations
	@$(VENV)/bin/pybabel --quiet extract -F pyproject.toml -k _l -k lazy_gettext -k lazy_ngettext:1,2 \
		--no-location --sort-output --project=Kriya -o service/translations/messages.pot .
	@test -d service/translations/id || $(VENV)/bin/pybabel --quiet init -l id -i service/translations/messages.pot -d service/translations
	@$(VENV)/bin/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete -i service/translations/messages.pot -d service/translations

%.mo: %.po | $(VENV)/service.stamp
	@$(VENV)/bin/pybabel --quiet compile --input-file=$< --output-file=$@ --locale=$(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $@)))

clean: ## remove .venv and caches; data stays
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis

# Installed again only when the list of packages has changed.
$(VENV)/service.stamp: requirements-service.txt | $(VENV)/bin/python
	@echo "kriya: installing what the service needs" >&2
	@$(PIP) -r requirements-service.txt
	@touch $@

$(VENV)/test.stamp: requirements.txt requirements-service.txt | $(VENV)/bin/python
	@echo "kriya: installing what the tests need (torch among it: this takes minutes)" >&2
	@$(PIP) -r requirements.txt
	@touch $(VENV)/service.stamp $@

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "kriya: Python 3.11 or newer is needed; $$(python3 --version 2>/dev/null || echo 'no python3') was found" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); \
		echo "kriya: $(PYTHON) has no venv; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
