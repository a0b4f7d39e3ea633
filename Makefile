# What a developer types. README.md says what they are for.
.PHONY: test race lint generate web fuzz audit bench bench-page

test: ## all tests; what a machine lacks (browser, node) is skipped with the reason
	go test ./...

race: ## the same with the race detector
	go test -race ./...

generate: ## the executor, from schema.graphqls
	go run ./graph/gql/internal/generate

lint: ## formatting, vet, staticcheck, and who may import whom
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "run gofmt -w on these"; exit 1; }
	go vet ./...
	go tool -modfile=tools/go.mod staticcheck ./...
	go tool -modfile=tools/go.mod depguard ./...

web: ## the playground's bundle, from its sources
	npm --prefix web/playground ci --no-audit --no-fund
	npm --prefix web/playground run build

SCALE ?= 0.1
SECONDS ?= 2
bench: ## a server under load, over HTTP: SCALE (1: a million entities), SECONDS a question, OUT=FILE, ONLY=Q1,W1, TARGETS=constant, BASE=REVISION, PROFILE=DIR, RECORD=NAME, GROWTH=true
	go run ./bench -scale $(SCALE) -seconds $(SECONDS) -out '$(OUT)' -only '$(ONLY)' -targets '$(TARGETS)' -base '$(BASE)' \
		-profile '$(PROFILE)' -record '$(RECORD)' -growth='$(or $(GROWTH),false)'

bench-page: ## the recorded results NAME in docs/performance.md
	go run ./bench document bench/results/$(NAME) docs/performance.md
