# Everything runs inside .venv, which is made on first use. Works with GNU make 3.81 and newer.
SHELL := /bin/sh

# The first Python that really starts and is new enough; else python3, which then says what is wrong.
NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name $(NEW_ENOUGH) >/dev/null 2>&1 && { echo $$name; exit; }; done; echo python3)
UV ?= uv
UV_COMPILE = UV_PYTHON_DOWNLOADS=never $(UV) pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header

BOOTSTRAP = @$(PYTHON) scripts/bootstrap.py
IN_VENV = @.venv/bin/python
# Checks look at the code as it runs on a person's own machine, except "check --deploy" below.
LOCALLY = @LOCAL=1 DATABASE_URL=sqlite://:memory: SECRET_KEY=only-for-checks .venv/bin/python
# Nothing here is a secret or an address: these settings are read once and thrown away.
IN_PRODUCTION = @LOCAL= DEBUG= ALLOWED_HOSTS=portal.example.org EMAIL_URL=smtp+tls://user:password@127.0.0.1:587 \
	DATABASE_URL=postgres://user:password@127.0.0.1:5432/portal REDIS_URL=redis://127.0.0.1:6379/0 \
	SECRET_KEY=`.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))'` .venv/bin/python

export PORT

.PHONY: help run test check bench screenshot lock clean

help:
	@echo "make run         start the portal on this machine (PORT=8001 make run for another port)"
	@echo "make test        all tests: PostgreSQL and Redis, SQLite, browser (make test ARGS='tests/content -k search')"
	@echo "make check       style, templates, types, migrations, production settings"
	@echo "make bench       how fast it is"
	@echo "make screenshot  pictures of the pages, in every width and light (ARGS='/ /calendar/' for these pages)"
	@echo "make lock        work out requirements*.txt anew from requirements*.in (needs uv)"
	@echo "make clean       remove what can be made again; var/ with its data stays"

run:
	$(BOOTSTRAP) requirements.txt
	$(IN_VENV) -m scripts.serve

test:
	$(BOOTSTRAP) requirements-dev.txt
	$(IN_VENV) -m scripts.run_tests $(ARGS)

check:
	$(BOOTSTRAP) requirements-dev.txt
	$(IN_VENV) -m ruff check .
	$(IN_VENV) -m ruff format --check .
	$(IN_VENV) -m djlint --lint templates
	$(LOCALLY) -m mypy
	$(LOCALLY) manage.py makemigrations --check --dry-run
	$(IN_PRODUCTION) manage.py check --deploy --fail-level WARNING

bench:
	$(BOOTSTRAP) requirements-dev.txt
	$(IN_VENV) -m benchmarks $(ARGS)

screenshot:
	$(BOOTSTRAP) requirements-dev.txt
	$(IN_VENV) -m scripts.screenshot $(ARGS)

lock:
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: python3 -m pip install uv, or UV=/path/to/uv make lock"; exit 1; }
	@$(UV_COMPILE) requirements.in -o requirements.txt
	@$(UV_COMPILE) requirements-dev.in -c requirements.txt -o requirements-dev.txt
	@$(UV_COMPILE) requirements-anymail.in -c requirements-dev.txt -o requirements-anymail.txt
	@$(UV_COMPILE) requirements-servers.in -c requirements-dev.txt -o requirements-servers.txt
	@echo "requirements.txt, requirements-dev.txt and requirements-servers.txt are up to date."

clean:
	rm -rf .venv .venv.lock .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results var/static
	find . -name __pycache__ -type d -not -path './.git/*' -exec rm -rf {} +
