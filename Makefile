# Everything a developer or a clinic does with a checkout. Needs Python 3.11 or newer, and nothing running.
PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3)
# nproc would take OMP_NUM_THREADS for the number of cores.
JOBS ?= $(shell env -u OMP_NUM_THREADS nproc 2>/dev/null || echo 2)
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test evaluate lint clean

run: .venv/application.stamp
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo $(DEMO)
	@exec $(BIN)/python manage.py serve --port $(PORT)

# A test of images on N processes with one thread each beats one process with N threads.
test: .venv/development.stamp
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(JOBS) $(ARGS)

# Every figure of the releases beside its target; needs the image sets in ../shared/data. ARGS="--every 10" is a quick look.
evaluate: .venv/application.stamp
	$(BIN)/python manage.py evaluate $(ARGS)

lint: .venv/development.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/python manage.py makemigrations --check --dry-run
	VITITRACK_PRODUCTION=1 VITITRACK_ALLOWED_HOSTS=clinic.example.org \
	VITITRACK_SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(60))") \
	DATABASE_URL=postgres://clinic@localhost/clinic \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache collected

# torch first: pip would else take the build of torch that another package happens to ask for.
.venv/application.stamp: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet $(shell grep '^torch==' requirements.txt)
	$(BIN)/pip install --quiet --requirement requirements.txt
	touch $@

.venv/development.stamp: requirements-dev.txt .venv/application.stamp
	$(BIN)/pip install --quiet --requirement requirements-dev.txt
	touch $@
