# Everything is done by scripts/ and by the `council` command; this file only names it.
.DEFAULT_GOAL := help
.PHONY: help setup run test test-compose bench check clean
export PYTHON

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

setup:  ## Create the environments and fetch what they need (done by the others as well)
	@scripts/setup

run: setup  ## Fetch the model if it is missing, then start Triton and the API on this machine
	@.venv/bin/council models pull
	@exec .venv/bin/council up

test: check  ## Check format, lint, types, scripts and locks, then run every test
	@.venv/bin/council models pull
	.venv/bin/python -m pytest

test-compose:  ## Build the images, start compose.yaml's CPU profile, break it, take it down (root, or Docker running)
	@scripts/setup --dev
	@scripts/test-compose

bench:  ## Measure against the engine alone, and print the ratios
	@scripts/setup --dev
	@.venv/bin/council models pull
	.venv/bin/python -m benchmarks

check:  ## Check format, lint, types, scripts, generated files and locks, without the tests
	@scripts/setup --dev
	@scripts/check

clean:  ## Remove the environments and tools; data/ (models) is kept
	rm -rf .venv .venv-triton .tools .pytest_cache .mypy_cache .ruff_cache .hypothesis
