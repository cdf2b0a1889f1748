# Everything WedSync needs to be run, tested and checked. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help run dev test test-deep bench bench-telemetry bench-continuity check format docs lock gates freeze-check image image-test image-archive image-push compose-settings

VENV := $(or $(WEDSYNC_VENV),.venv)
PYTHON := "$(VENV)/bin/python"
TESTS := $(PYTHON) -m pytest -n $(or $(WEDSYNC_TEST_WORKERS),3) --dist loadfile
# What it proves is kept for `wedsync report`, unless ARGS narrow it.
PROVE = $(if $(ARGS),,$(PYTHON) -m gates.evidence $(1) --)
REPORT := $(if $(WEDSYNC_TEST_REPORT),--junitxml="$(WEDSYNC_TEST_REPORT)")
export PYTHONTZPATH :=

help: ## what you can do here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

run: ## WedSync on this machine: installs, starts, shows the address; Ctrl-C stops it
	@bin/setup
	@exec $(PYTHON) -m wedsync up

dev: ## the same, restarting when code, templates or styles change
	@bin/setup --dev
	@exec $(PYTHON) -m wedsync up --reload

test: ## every test that takes under ten seconds; all of them in five minutes on two cores
	@bin/setup --dev
	$(call PROVE,test) $(TESTS) -m "not deep" $(REPORT) $(ARGS)

test-deep: ## the long ones: faults, floods, many seeds
	@bin/setup --dev
	$(call PROVE,test-deep) $(PYTHON) -m pytest -m "deep and not image" $(REPORT) $(ARGS)

bench: ## our figures: beside bare drivers in the same run, and what open pages see
	@bin/setup --dev
	$(call PROVE,bench) $(PYTHON) benchmarks/bench.py $(ARGS)
	$(call PROVE,bench-guards) $(PYTHON) benchmarks/guards.py
	$(call PROVE,bench-live) $(PYTHON) benchmarks/live.py
	$(call PROVE,bench-clients) $(PYTHON) benchmarks/clients.py
	$(call PROVE,bench-acknowledgements) $(PYTHON) benchmarks/acknowledgements.py

bench-telemetry: ## what figures, traces and error reports cost a request: 5 % at most
	@bin/setup --dev
	$(call PROVE,bench-telemetry) $(PYTHON) benchmarks/telemetry.py $(ARGS)

bench-continuity: ## how fast a lost house comes back beside a plain copy, and how old its newest row is
	@bin/setup --dev
	$(call PROVE,bench-continuity) $(PYTHON) benchmarks/continuity.py $(ARGS)

check: ## formatting, lint, types, who imports whom, migrations, generated pages
	@bin/setup --dev
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	"$(VENV)/bin/lint-imports"
	"$(VENV)/bin/squawk" "db/migrations/*.sql"
	$(PYTHON) bin/docs --check

format: ## put the code into shape
	@bin/setup --dev
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

docs: ## write the generated pages anew
	@bin/setup --dev
	$(PYTHON) bin/docs

lock: ## compile requirements/*.in into hashed files without addresses, for every Python from 3.11 on
	@bin/setup --dev
	@sed -i "s/^ZONE_DATA_CHECKED_ON.*/ZONE_DATA_CHECKED_ON: Final = date($$(date -u '+%Y, %-m, %-d'))/" src/wedsync/kernel/freeze.py
	for each in run dev; do \
		UV_PYTHON_DOWNLOADS=never "$(VENV)/bin/uv" pip compile --quiet --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --no-header --custom-compile-command "make lock" \
			$(ARGS) --output-file requirements/$$each.txt requirements/$$each.in || exit 1; \
	done

gates: ## everything that must hold before a release; names what did not run (ALLOW_MISSING=1 forgives that)
	@bin/setup --dev
	@$(PYTHON) -m gates $(GATES)

freeze-check: ## may a release start now? 0 yes, 3 frozen, 4 cannot tell; WHAT=deploy, ARGS="--token …"
	@bin/setup >&2
	@$(PYTHON) -m wedsync freeze check --for $(or $(WHAT),deploy) $(ARGS)

image: ## the image, with buildah; BASE=local where none can be pulled (docs/howto/build-the-image.md)
	@deploy/image/build "$(or $(NAME),localhost/wedsync)" $(TARGET)

image-test: ## build it and its sibling from nothing, run them read-only beside a real database, stop them; measures each
	@bin/setup --dev
	$(call PROVE,image-test) $(PYTHON) -m pytest -m image -s $(REPORT) $(ARGS) tests/image

image-archive: ## the two that were tried last, as build/wedsync-image.tar and build/wedsync-image-backups.tar
	@mkdir -p build && rm -f build/wedsync-image.tar build/wedsync-image-backups.tar
	buildah push localhost/wedsync:test docker-archive:build/wedsync-image.tar:localhost/wedsync:test
	buildah push localhost/wedsync:test-backups docker-archive:build/wedsync-image-backups.tar:localhost/wedsync:test-backups

# As it was said: make would read a $(shell …) in the name of a tag, and run it.
override TO := $(value TO)
image-push: export TO := $(value TO)
image-push: ## those, to where they are run from: TO=registry.example.org/wedsync:1.2.3, and …-backups; says their digests
	@deploy/image/push "$$TO"

compose-settings: ## secrets for deploy/compose.yaml, once (docs/howto/run-with-compose.md)
	@bin/setup >&2
	@$(PYTHON) deploy/compose_settings.py
