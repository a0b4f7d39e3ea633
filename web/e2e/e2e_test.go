// Package e2e drives the playground of the real server in a real browser. The
// tests themselves are in playground.test.mjs; this runs them where Node, the
// browser and `npm ci` are at hand.
package e2e

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestPlaygroundInABrowser(t *testing.T) {
	node := need(t, "node", "Node is not installed")
	chromium := need(t, cmp.Or(os.Getenv("CHROMIUM"), "/usr/bin/chromium"), "chromium is not installed; CHROMIUM may name another")
	need(t, "node_modules/playwright-core/package.json", "run npm ci in web/e2e")
	binary := filepath.Join(t.TempDir(), "lianzhu")
	if out, err := exec.Command("go", "build", "-o", binary, "lianzhu/cmd/lianzhu").CombinedOutput(); err != nil {
		t.Fatalf("the server does not build: %v\n%s", err, out)
	}
	cmd := exec.Command(node, "--test", "--test-timeout=180000")
	cmd.Env = append(os.Environ(), "LIANZHU_BIN="+binary, "CHROMIUM="+chromium)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// need gives the path of a program or file. Where it is missing the test is
// skipped, unless LIANZHU_NO_SKIP says that nothing may be.
func need(t *testing.T, name, missing string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		_, err = os.Stat(name)
		path = name
	}
	if err == nil {
		return path
	}
	if os.Getenv("LIANZHU_NO_SKIP") != "" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}
