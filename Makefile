# Two commands from a fresh clone: `make extract` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHARED := ../shared
STAMP := $(VENV)/.installed

.PHONY: setup extract test lint evaluate train lock clean

setup: $(STAMP)

$(STAMP): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $(STAMP)

# The main job: claims of every article in corpus/.
extract: $(STAMP)
	$(BIN)/claimlines extract corpus/articles -o claims.jsonl --fresh
	@echo "claims.jsonl: $$(wc -l < claims.jsonl) claims, one JSON object a line. First:"
	@head -n 1 claims.jsonl | cut -c1-300

test: $(STAMP)
	$(BIN)/python -m pytest

lint: $(STAMP)
	$(BIN)/ruff check src tests
	$(BIN)/mypy

# Scores on the repository's gold articles and, where they are, on the shared ones.
evaluate: $(STAMP)
	$(BIN)/claimlines evaluate corpus/gold.jsonl
	@if [ -f $(SHARED)/gold/dev.jsonl ]; then $(BIN)/claimlines evaluate $(SHARED)/gold/dev.jsonl; fi

# Retrain the rankers (models/weights) from the gold articles, with cross-validated scores.
train: $(STAMP)
	$(BIN)/python -m claimlines.training corpus/gold.jsonl $(SHARED)/gold/dev.jsonl



lock:
	uv pip compile pyproject.toml --group dev --extra cluster --extra remote --universal --generate-hashes --no-header --no-annotate --no-emit-index-url -o requirements.lock --python-version 3.11

clean:
	rm -rf $(VENV) claims.jsonl claims.jsonl.* build dist
