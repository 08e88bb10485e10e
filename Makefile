# SPDX-License-Identifier: Apache-2.0
# The entry points. Each sets up what it lacks, or names it in one line.

.DEFAULT_GOAL := help
NODE := node --disable-warning=ExperimentalWarning --import ts-blank-space/register

.PHONY: help
help:
	@echo 'make demo          the page in a browser, on a virtual router: no root, no OpenWrt needed'
	@echo 'make test          linters, type checker, unit tests, browser tests'
	@echo 'make test-install  the installation by real package managers, failing, and killed at any moment'
	@echo 'make test-faults   1,000 changes of the mode, each met by faults at random moments'
	@echo 'make package       dist/*.ipk and dist/*.apk'
	@echo 'make release       the packages, their feed index, sums, and a source archive'
	@echo 'make vm            a real OpenWrt in QEMU with the package installed'
	@echo 'make test-vm       the product driven on that OpenWrt: real LuCI, real packets'
	@echo 'make bench         what it costs, as ratios'
	@echo 'make messages      the translation template, collected from the sources'

# npm writes this file last, so it tells when the packages are those of package-lock.json.
node_modules/.package-lock.json: package-lock.json
	@command -v npm >/dev/null || { echo 'Node.js 20 with npm is needed: see https://nodejs.org' >&2; exit 1; }
	npm ci --no-audit --no-fund
	@touch $@

.PHONY: chromium
chromium:
	@test/chromium >/dev/null

.PHONY: build
build: node_modules/.package-lock.json
	npx vite build --config web/vite.config.ts --logLevel warn

.PHONY: stage
stage: build
	$(NODE) packaging/stage.ts

.PHONY: demo
demo: stage
	$(NODE) test/router/main.ts

.PHONY: test
test: stage chromium
	npm run --silent lint
	npm run --silent typecheck
	npx vitest run
	npx playwright test

.PHONY: test-faults
test-faults: stage
	FAULTS_RUNS=1000 npx vitest run test/faults

.PHONY: test-install
test-install: build
	npx vitest run --config test/install/vitest.config.ts

.PHONY: package
package: build
	$(NODE) packaging/package.ts

.PHONY: release
release: build
	$(NODE) packaging/release.ts

.PHONY: messages
messages: node_modules/.package-lock.json
	$(NODE) packaging/messages.ts

.PHONY: vm
vm: package
	$(NODE) test/vm/main.ts

.PHONY: test-vm
test-vm: package chromium
	npx playwright test --config test/vm/playwright.config.ts

.PHONY: bench
bench: package chromium
	$(NODE) test/bench/main.ts

.PHONY: clean
clean:
	rm -rf build dist test-results
