# Short names. People need only workbook.py; this is for developers on a system with make and uv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test serve open check catalogues bench lock

run test serve open:
	$(PYTHON) workbook.py $@

check:  ## what the tests check of the code's shape, in seconds
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python tools/catalogues.py --check
	$(BIN)/python tools/reference.py --check

catalogues:
	$(BIN)/python tools/catalogues.py

bench:
	$(BIN)/python benchmarks/run.py

LOCK = uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" --upgrade

lock:  ## newest versions that fit, hashes of every system's files, no address of any registry
	$(LOCK) lock/build.in -o lock/build.lock
	$(LOCK) --extra test -c lock/build.lock pyproject.toml -o lock/requirements.lock
