# One command for each habit; CI runs the same ones. `make help` lists them.
PYTHON ?= .venv/bin/python
PYTHON3 ?= python3
INSTALLED := .venv/.installed
DETOXIFY := .venv-detoxify/.installed
TORCH_LOCK ?=
.DEFAULT_GOAL := help

help: ## list these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*## /\t/' | expand -t 16

$(INSTALLED): pyproject.toml # by uv where it can (an old one cannot): a sixth of the time that pip needs
	{ command -v uv >/dev/null && uv venv -q --allow-existing --seed --python $(PYTHON3) .venv && \
		uv pip install -q --python .venv --compile-bytecode -e . --group dev; } || \
	{ $(PYTHON3) -m venv .venv && .venv/bin/python -m pip install -q -U 'pip>=25.1' && \
		.venv/bin/python -m pip install -q -e . --group dev; }
	@touch $@

$(DETOXIFY): $(INSTALLED) # torch and what comes with it, beside .venv: all else is taken from there
	$(PYTHON3) -m venv --without-pip .venv-detoxify
	$(PYTHON) -c 'import site; print(f"import site; site.addsitedir({site.getsitepackages()[0]!r})")' \
		>$$(.venv-detoxify/bin/python -c 'import site; print(site.getsitepackages()[0])')/beside.pth
	test -z '$(TORCH_LOCK)' || .venv-detoxify/bin/python -m pip install -q --no-deps --require-hashes -r '$(TORCH_LOCK)'
	.venv-detoxify/bin/python -m pip install -q -e '.[export]'
	@touch $@

install: $(INSTALLED) ## make .venv with Tactful and what its tests need (the others do it by themselves)

run: install ## start everything on this machine
	.venv/bin/tactful up

lint: install ## ruff: lint and format
	$(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check .

types: install ## mypy --strict
	$(PYTHON) -m mypy

imports: install ## import-linter: rules <- store <- workers <- service
	.venv/bin/lint-imports

check: lint types imports ## all three

test: install ## the tests, a file at a time on all cores and two more: many of them wait
	$(PYTHON) -m pytest -n $$(( $$(nproc) + 2 )) --dist loadfile --no-loadscope-reorder

test-detoxify: $(DETOXIFY) ## the tests that need torch, as well: once more about 2 minutes
	.venv-detoxify/bin/python -m pytest --detoxify tests/scorers_detoxify

fuzz: install ## look longer for inputs that break a parser (FUZZ_EXAMPLES of each) or the API (FUZZ_SECONDS)
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-20000} FUZZ_SECONDS=$${FUZZ_SECONDS:-600} \
		$(PYTHON) -m pytest -n auto --timeout 0 tests/fuzz tests/service/test_schemathesis.py

audit: install ## known vulnerabilities of what is installed; says so where nobody answers (OSV_DATABASE=all.zip: asks nobody)
	test -n "$(OSV_DATABASE)" || $(PYTHON) -m pip install -q --group audit
	OSV_DATABASE="$(OSV_DATABASE)" .ci/audit

lint-deploy: install ## hadolint for the Dockerfile, checkov for what kustomize makes of k8s/
	.venv/bin/hadolint Dockerfile
	test -x .venv-checkov/bin/checkov || \
		{ command -v uv >/dev/null && uv venv -q --allow-existing --python $(PYTHON3) .venv-checkov && \
			uv pip install -q --python .venv-checkov 'checkov>=3.3'; } || \
		{ $(PYTHON3) -m venv .venv-checkov && .venv-checkov/bin/python -m pip install -q 'checkov>=3.3'; }
	$(PYTHON) deploy/check_manifests.py .venv-checkov/bin/checkov

test-image: install ## build the image with buildah on a Debian of its own, and start it (root; two minutes on a quiet machine)
	$(PYTHON) -m pytest --image -n 0 tests/deployment/test_image.py tests/deployment/test_image_onnx.py

test-image-detoxify: install ## the same with the target that has torch, where pip finds its CPU build (2 GB of room)
	$(PYTHON) -m pytest --image-detoxify -n 0 tests/deployment/test_image_detoxify.py

wheelhouse: install ## download what the image is made of, for a build without a package index
	$(PYTHON) deploy/wheelhouse.py

locks: install ## pin anew what the image is made of
	.venv/bin/pip install -q --group packaging && deploy/locks.sh

manifests: install ## write the alerts into k8s/ as the Prometheus operator reads them
	$(PYTHON) deploy/prometheus_rule.py

sbom: install ## write dist/sbom.cdx.json (CycloneDX) of what the image pins
	.venv/bin/pip install -q --group packaging && mkdir -p dist
	.venv/bin/cyclonedx-py requirements --pyproject pyproject.toml -o dist/sbom.cdx.json deploy/locks/default.txt

faults: install ## the long form of the fault suite, written into docs/reliability.md: 25 minutes
	$(PYTHON) -m tests.faults

bench: install ## measure, and write docs/benchmarks.md
	$(PYTHON) -m bench

.PHONY: help install run lint types imports check test test-detoxify test-image test-image-detoxify faults fuzz audit lint-deploy wheelhouse locks manifests sbom bench
