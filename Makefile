# Everything runs in .venv, which the first target that needs it makes. `make demo` and `make test` are all a newcomer needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

# Our own Hypothesis runs load no plugins: an entry point that imports the package first would spoil coverage.
export HYPOTHESIS_NO_PLUGINS = 1

.DEFAULT_GOAL := help
.PHONY: help demo test check coverage bench bench-history scenarios examples browser crashes chaos chain fuzz mutants catalogues docs package oldest clean

help: ## show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/made: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'
	$(PIP) install --editable '.[cli]'
	@touch $@

$(VENV)/tested: $(VENV)/made
	$(PIP) install --group test
	$(PIP) install --no-deps --target $(VENV)/dateutil-2.9 python-dateutil==2.9.0.post0 six
	@touch $@

# In a folder of their own: one of them asks for an older dateutil than the tests run on.
$(VENV)/benched: $(VENV)/tested
	$(PIP) install --upgrade --group bench --target $(VENV)/peers
	@touch $@

$(VENV)/exampled: $(VENV)/tested
	$(PIP) install --group examples
	@touch $@

# The browser itself is the machine's own.
$(VENV)/browsed: $(VENV)/tested
	$(PIP) install --group browser
	@touch $@

$(VENV)/fuzzed: $(VENV)/tested
	$(PIP) install --group fuzz
	@touch $@

$(VENV)/documented: $(VENV)/tested
	$(PIP) install --group docs
	@touch $@

$(VENV)/checked: $(VENV)/exampled $(VENV)/documented
	$(PIP) install --group check
	@touch $@

$(VENV)/packaged: $(VENV)/checked
	$(PIP) install --group package
	@touch $@

demo: $(VENV)/made ## the whole story on a made-up hotel
	@$(BIN)/hotelpay demo

test: $(VENV)/documented ## all tests
	$(BIN)/python -m pytest

# Neither the laws nor the processes are needed for it: what the tables do not reach is not tested well enough.
coverage: $(VENV)/tested ## branch coverage of everything but the command line and what is for tests: all of it
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest -q tests/ground tests/scenarios tests/findings tests/documents tests/package \
		tests/contracts tests/adapters tests/border tests/languages tests/pages tests/pictures
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report --omit 'src/hotelpay/cli/*,src/hotelpay/testing/*,src/hotelpay/__main__.py' --fail-under 100

check: $(VENV)/checked ## style, types and the import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/basedpyright
	$(BIN)/pyright --pythonpath $(BIN)/python tests/typing_api.py
	$(BIN)/lint-imports

scenarios: $(VENV)/tested ## every scenario with the tests that cover it
	$(BIN)/python -m pytest -q -p no:randomly -n 0 --scenarios tests

bench: $(VENV)/benched ## costs as ratios in one run, against other packages too, into benchmarks/RESULTS.md (ten minutes)
	$(BIN)/python benchmarks/run.py --write

bench-history: $(VENV)/benched ## the same of cycles alone, on up to ten million reservations (ten minutes, ten gigabytes of disk)
	$(BIN)/python benchmarks/run.py long-history

examples: $(VENV)/exampled ## the tests of the two applications that take the library in, on Django and on FastAPI
	$(BIN)/python -m pytest -q -n 0 -p no:randomly examples/django_hotel
	$(BIN)/python -m pytest -q -n 0 -p no:randomly examples/fastapi_hotel

browser: $(VENV)/browsed ## the pages that people open, in a real Chromium: sorted, filtered, read, printed (two minutes)
	$(BIN)/python -m pytest -q -n 0 -p no:randomly campaigns/browser

crashes: $(VENV)/tested ## every story with a death, or two, at every call, and two workers at every pair of calls (twenty minutes)
	$(BIN)/python -m pytest -q -p no:randomly campaigns/test_every_crash.py campaigns/test_every_crash_at_stripe.py \
		tests/money_moves/test_planted_faults.py

chaos: $(VENV)/tested ## real workers on a real PostgreSQL, killed a dozen times over 10,000 guests (some minutes)
	$(BIN)/python -m pytest -q -n 0 campaigns/test_killed_workers.py

chain: $(VENV)/tested ## 50,000 hotels served for a quarter of an hour by two workers, one of which is killed (a quarter of an hour)
	$(BIN)/python -m pytest -q -n 0 campaigns/test_a_chain.py

fuzz: $(VENV)/fuzzed ## the laws with many more examples, freshly drawn, and hostile bytes for everything that reads (half an hour)
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -q tests/laws tests/ground tests/documents tests/border/test_masking.py \
		tests/money_moves/test_a_hotels_life.py tests/adapters/test_sql_filters.py
	$(BIN)/python campaigns/fuzzing/run.py --seconds 60

mutants: $(VENV)/tested ## would the tests notice? small changes to all that decides and moves money (resumable, an hour or two)
	$(PIP) install --group mutation
	$(BIN)/python campaigns/mutants.py

catalogues: $(VENV)/made ## gather what there is to say, for the translators, and compile what they wrote
	$(BIN)/python tools/catalogues.py update
	$(BIN)/python tools/catalogues.py compile

# Read afresh each time: no file tells that what is made from the code is out of date.
docs: $(VENV)/documented ## the documentation as a site, with the API and the schemas: build/docs/index.html
	$(BIN)/python -m sphinx --nitpicky --fail-on-warning --keep-going --fresh-env --doctree-dir build/doctrees docs build/docs

package: $(VENV)/packaged ## sdist and wheel from inside, every extra alone, types as five checkers read them (some minutes)
	$(BIN)/python -m campaigns.package

oldest: $(VENV)/packaged ## tests on the oldest dependencies that are allowed: decisions, documents, commands (some minutes)
	$(BIN)/python -m campaigns.package oldest

clean: ## remove what the targets made
	rm -rf $(VENV) mutants build dist htmlcov .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
