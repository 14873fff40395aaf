# Practicum. `make` alone prints this help. Works with GNU make 3.81 and later, in any folder, also with spaces in its path.

PYTHON ?= python3
PORT ?= 8000
IN := .venv/bin
READY := .venv/.ready

# Compiled modules are kept, whatever the machine's habit: a test run starts our programs some forty times.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check format migrate revision openapi lint-openapi bench lock clean
.SUFFIXES:

help: ## Print this help
	@echo "Practicum: the backend of a social work Teaching Partnership."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "Settings: PYTHON=python3.12, DATABASE_URL=postgresql://... (instead of the embedded PostgreSQL), PORT=9000 (run),"
	@echo "FRESH=1 (run: forget earlier runs), ARGS=\"...\" (test, bench), SERVICE=hubs MESSAGE=\"...\" (revision)."

run: $(READY) ## Start everything here, play a season on sample data, and keep serving
	@exec $(IN)/python -m services up --demo --port $(PORT) $(if $(FRESH),--fresh)

test: $(READY) ## Run all tests
	$(IN)/python -m pytest --numprocesses logical $(ARGS)

check: $(READY) ## Check layout, lint, types, and who imports whom
	$(IN)/ruff format --check --quiet .
	$(IN)/ruff check --quiet .
	$(IN)/mypy
	$(IN)/lint-imports --no-logo

format: $(READY) ## Lay out the code and mend what can be mended
	$(IN)/ruff check --quiet --fix .
	$(IN)/ruff format --quiet .

migrate: $(READY) ## Bring the four databases up to date
	$(IN)/python -m services migrate $(if $(SERVICE),--service $(SERVICE))

revision: $(READY) ## Write the next revision of SERVICE: what MESSAGE says
	@test -n "$(SERVICE)" && test -n "$(MESSAGE)" || { echo 'Say which: make revision SERVICE=hubs MESSAGE="..."'; exit 2; }
	$(IN)/python -m services revision --service "$(SERVICE)" --message "$(MESSAGE)"

openapi: $(READY) ## Write the published OpenAPI files
	$(IN)/python -m services openapi

lint-openapi: ## Judge the published OpenAPI files (needs node: its npx fetches Spectral)
	@command -v npx >/dev/null || { echo "This needs node, which brings npx: https://nodejs.org"; exit 1; }
	npx --yes @stoplight/spectral-cli@6 lint --ruleset .spectral.yaml --fail-severity warn "docs/openapi/*.json"

bench: $(READY) ## Measure speed, beside the least that could do the same
	$(IN)/python -m benchmarks $(ARGS)

lock: $(READY) ## Pin the newest versions that pyproject.toml allows
	@test -x $(IN)/uv || $(IN)/python -m pip install --quiet --disable-pip-version-check uv
	$(IN)/uv pip compile --quiet --upgrade $(LOCK) -o requirements/runtime.txt
	$(IN)/uv pip compile --quiet --upgrade $(LOCK) --group dev -o requirements/dev.txt

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml

clean: ## Remove the environment, the caches and all kept data
	rm -rf .venv .practicum .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

# The environment is made anew when the locked versions change. A half-made one has no stamp and is made again.
$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Practicum needs Python 3.11 or later as $(PYTHON): install one, or name it with PYTHON=python3.12."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make environments: on Debian and Ubuntu, install the package python3-venv."; exit 1; }
	@test -x $(IN)/python || $(PYTHON) -m venv .venv
	$(IN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(IN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)
