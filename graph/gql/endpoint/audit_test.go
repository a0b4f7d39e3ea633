package endpoint

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestAudit runs the audit suite of the GraphQL-over-HTTP specification, which
// must find nothing at all. It wants node, and npm ci in the folder audit.
func TestAudit(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		Lacking(t, "node is not installed")
	}
	if _, err := os.Stat("audit/node_modules/graphql-http"); err != nil {
		Lacking(t, "the audit suite is not installed: run npm ci in graph/gql/endpoint/audit")
	}
	server := httptest.NewServer(New(newToy(t), Options{}))
	defer server.Close()
	out, err := exec.CommandContext(t.Context(), node, "audit/audit.js", server.URL).CombinedOutput()
	t.Logf("%s", out)
	if err != nil || !strings.Contains(string(out), "audits: 0 errors, 0 warnings, 0 notices") {
		t.Errorf("the audit ended with %v", err)
	}
}

// Lacking ends a test for which the machine lacks something: it is skipped,
// unless LIANZHU_NO_SKIP says that nothing may be.
func Lacking(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("LIANZHU_NO_SKIP") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}
