# Two commands from a fresh clone: `make extract` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHARED := ../shared
STAMP := $(VENV)/.installed

TEXTS ?= corpus/articles

.PHONY: setup extract test lint evaluate train bench bench-peers lock clean

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
	$(BIN)/ruff check src tests bench training
	$(BIN)/mypy

# Scores on the repository's gold articles and, where they are, on the shared ones.
evaluate: $(STAMP)
	$(BIN)/claimlines evaluate corpus/gold.jsonl
	@if [ -f $(SHARED)/gold/dev.jsonl ]; then $(BIN)/claimlines evaluate $(SHARED)/gold/dev.jsonl; fi

# Retrain the rankers (models/weights) from the gold articles, with cross-validated scores (four minutes). The processes
# that fit share the cores already: threads within each would wait for one another.
train: $(STAMP)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m claimlines.training corpus/gold.jsonl --press $(SHARED)/gold/dev.jsonl

# Words a second against bare spaCy, stages, memory, start-up, growth: bench/results.md (TEXTS=FOLDER_OR_JSONL).
bench: $(STAMP)
	rm -f bench/pyperf.json
	$(BIN)/python bench/speed.py --quiet -o bench/pyperf.json --texts $(TEXTS)
	$(BIN)/python bench/report.py bench/pyperf.json --out bench/results

bench-peers: $(STAMP)
	rm -f bench/pyperf.json
	$(BIN)/python bench/speed.py --quiet -o bench/pyperf.json --texts $(TEXTS) --peers
	$(BIN)/python bench/report.py bench/pyperf.json --out bench/results

lock:
	uv pip compile pyproject.toml --group dev --extra cluster --extra remote --universal --generate-hashes --no-header --no-annotate --no-emit-index-url -o requirements.lock --python-version 3.11

clean:
	rm -rf $(VENV) claims.jsonl claims.jsonl.* build dist
