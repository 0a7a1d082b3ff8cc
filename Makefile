# Every command that a person or CI runs. Bare `make` prints them.

export FUPIN_CACHE ?= $(HOME)/.cache/fupin
export CARGO_TARGET_DIR ?= $(FUPIN_CACHE)/host
CARGO := .ci/cargo
export FUPIN := $(CARGO_TARGET_DIR)/debug/fupin
NEXTEST := $(shell command -v cargo-nextest)

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## set up, build, and serve a demonstration on http://127.0.0.1:8080
	@exec $(FUPIN) serve --demo

# Always the whole workspace: a single package would have its dependencies compiled again with fewer features.
.PHONY: build
build: setup page ## build the page and the server
	@$(CARGO) build --workspace --bins --quiet

.PHONY: page
page: ## build the page into frontend/dist
	@npm --prefix frontend run --silent build

# What tests run is built as they build it, so that each dependency is compiled once.
.PHONY: build-tests
build-tests: page ## build the server and all tests as the tests need them
	@$(CARGO) test --workspace --no-run --quiet

.PHONY: setup
setup: ## install what running needs: PostgreSQL, the WebAssembly compiler, npm packages
	@.ci/setup run

.PHONY: test
test: setup-test check-fmt page lint test-backend test-frontend check-openapi fuzz-api e2e ## set up and run every check

.PHONY: setup-test
setup-test: ## install what testing needs besides: Chromium, LibreOffice, schemathesis
	@.ci/setup test

.PHONY: fmt
fmt: ## format all code
	@cargo fmt --all
	@npm --prefix frontend run --silent fmt

.PHONY: check-fmt
check-fmt: ## fail when code is not formatted
	@cargo fmt --all --check
	@cd frontend && cargo fmt --check

.PHONY: lint
lint: ## clippy without a warning, and TypeScript's checks
	@$(CARGO) clippy --workspace --all-targets --quiet -- -D warnings
	@npm --prefix frontend run --silent check

.PHONY: test-backend
test-backend: ## the tests of all crates against a real PostgreSQL
ifdef NEXTEST
	@$(CARGO) nextest run --workspace
else
	@$(CARGO) test --workspace --quiet
endif

.PHONY: test-frontend
test-frontend: ## the page's own tests
	@npm --prefix frontend run --silent test

.PHONY: openapi
openapi: ## write openapi/openapi.json from the code
	@$(CARGO) build --workspace --bins --quiet
	@$(FUPIN) openapi > openapi/openapi.json

.PHONY: check-openapi
check-openapi: build-tests ## fail when openapi/openapi.json is not what the code says
	@$(FUPIN) openapi | diff openapi/openapi.json - || { echo "openapi.json is out of date: make openapi"; exit 1; }

.PHONY: fuzz-api
fuzz-api: build-tests ## schemathesis against a running server
	@node .ci/fuzz-api.mjs

.PHONY: e2e
e2e: build-tests page ## the whole way through a real browser
	@npm --prefix e2e run --silent test

.PHONY: bench-page
bench-page: build-tests page ## how soon the board opens, how smoothly a form of 2,000 cells scrolls, as figures
	@npm --prefix e2e run --silent figures

# Measured as it is shipped, but for LTO; the dependencies are those of the development profile, compiled once.
bench: export CARGO_PROFILE_DEV_OPT_LEVEL := 3
bench: export CARGO_PROFILE_DEV_INCREMENTAL := false
.PHONY: bench
bench: build ## measure; the last line is BENCH and one JSON object
	@$(FUPIN)-bench

bench-registry: export CARGO_PROFILE_DEV_OPT_LEVEL := 3
bench-registry: export CARGO_PROFILE_DEV_INCREMENTAL := false
.PHONY: bench-registry
bench-registry: build ## measure the registry with a million people; the last line is BENCH and one JSON object
	@$(FUPIN)-bench registry

.PHONY: demo
demo: ## play a reporting month against what make run serves: make demo [UNIT=琼中黎族苗族自治县]
	@$(CARGO) build --workspace --bins --quiet
	@$(FUPIN)-play --unit "$(UNIT)" --out $(FUPIN_CACHE)/demo

.PHONY: backup
backup: ## back the instance up into one verified archive: make backup TO=fupin.tar.zst
	@$(FUPIN) backup $(or $(TO),$(error TO=<file> is missing))

.PHONY: units
units: ## make the units of Hainan again from the national divisions
	@node backend/server/provinces/units.mjs backend/server/provinces/hainan

.PHONY: map
map: ## make the map of Hainan again from the shapes of the npm package
	@node backend/server/provinces/map.mjs backend/server/provinces/hainan

.PHONY: screenshots
screenshots: build-tests page ## take the README's pictures again, of a demonstration at work
	@npm --prefix e2e run --silent screenshots
