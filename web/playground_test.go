package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const base = "/playground/"

func ask(t *testing.T, method, target string, header map[string]string) *http.Response {
	t.Helper()
	handler := must(t, func() (http.Handler, error) { return Playground(base) })
	r := httptest.NewRequest(method, target, nil)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Result()
}

func read(t *testing.T, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// addresses returns what the page refers to, below base.
func addresses(t *testing.T) []string {
	t.Helper()
	page := read(t, ask(t, "GET", base, nil))
	var found []string
	for _, match := range regexp.MustCompile(`(?:src|href)="\./([^"]+)"`).FindAllStringSubmatch(page, -1) {
		found = append(found, match[1])
	}
	if len(found) < 3 {
		t.Fatalf("the page refers to %v only", found)
	}
	return found
}

func script(t *testing.T) string {
	t.Helper()
	for _, address := range addresses(t) {
		if strings.HasSuffix(address, "/index.js") {
			return base + address
		}
	}
	t.Fatal("the page has no script")
	return ""
}

func TestAnswers(t *testing.T) {
	cases := map[string]struct {
		method, path string
		status       int
		mediaType    string
		caching      string
	}{
		"the page stands at the base":           {"GET", base, 200, "text/html; charset=utf-8", "no-cache"},
		"HEAD is answered like GET":             {"HEAD", base, 200, "text/html; charset=utf-8", "no-cache"},
		"the examples are asked for each time":  {"GET", base + "examples.json", 200, "application/json; charset=utf-8", "no-cache"},
		"the licences can be read":              {"GET", base + "THIRD_PARTY.txt", 200, "text/plain; charset=utf-8", "no-cache"},
		"an asset with its hash stays for ever": {"GET", script(t), 200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		"an asset of another build is gone":     {"GET", base + "assets/0123456789abcdef/index.js", 404, "text/plain; charset=utf-8", ""},
		"an asset without a hash is not there":  {"GET", base + "assets/index.js", 404, "text/plain; charset=utf-8", ""},
		"the stored form is not an address":     {"GET", script(t) + ".gz", 404, "text/plain; charset=utf-8", ""},
		"a folder is not listed":                {"GET", base + "assets/", 404, "text/plain; charset=utf-8", ""},
		"a path outside the base is not there":  {"GET", "/examples.json", 404, "text/plain; charset=utf-8", ""},
		"a path that climbs out is not there":   {"GET", base + "../go.mod", 404, "text/plain; charset=utf-8", ""},
		"POST is refused":                       {"POST", base, 405, "text/plain; charset=utf-8", ""},
		"DELETE of an asset is refused":         {"DELETE", script(t), 405, "text/plain; charset=utf-8", ""},
		"POST to nothing is still nothing":      {"POST", base + "nothing", 404, "text/plain; charset=utf-8", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := ask(t, c.method, c.path, nil)
			if got.StatusCode != c.status {
				t.Errorf("status %d, want %d", got.StatusCode, c.status)
			}
			if mediaType := got.Header.Get("Content-Type"); mediaType != c.mediaType {
				t.Errorf("Content-Type %q, want %q", mediaType, c.mediaType)
			}
			if caching := got.Header.Get("Cache-Control"); caching != c.caching {
				t.Errorf("Cache-Control %q, want %q", caching, c.caching)
			}
			if c.method == "HEAD" && read(t, got) != "" {
				t.Error("HEAD brought a body")
			}
			if c.status == 405 && got.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("Allow %q", got.Header.Get("Allow"))
			}
		})
	}
}

func TestEveryAnswerCarriesThePolicy(t *testing.T) {
	want := map[string]string{
		"Content-Security-Policy": "default-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; " +
			"img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
		"X-Content-Type-Options": "nosniff",
		"Referrer-Policy":        "no-referrer",
	}
	for _, path := range []string{base, script(t), base + "nothing"} {
		for header, value := range want {
			if got := ask(t, "GET", path, nil).Header.Get(header); got != value {
				t.Errorf("%s: %s is %q, want %q", path, header, got, value)
			}
		}
	}
}

func TestWhatThePageRefersToIsThere(t *testing.T) {
	for _, address := range addresses(t) {
		if got := ask(t, "GET", base+address, nil); got.StatusCode != 200 {
			t.Errorf("%s: status %d", address, got.StatusCode)
		}
	}
}

func TestGzipByAcceptEncoding(t *testing.T) {
	cases := map[string]struct {
		accept string
		packed bool
	}{
		"a browser's usual header":                {"gzip, deflate, br, zstd", true},
		"gzip with a weight":                      {"br;q=1.0, gzip;q=0.5", true},
		"gzip in capitals with spaces":            {" GZIP ; Q=0.8", true},
		"anything":                                {"*", true},
		"gzip refused by weight 0":                {"gzip;q=0", false},
		"gzip refused by weight 0.000":            {"gzip; q=0.000, deflate", false},
		"gzip refused although anything will do":  {"*, gzip;q=0", false},
		"gzip asked for although nothing else is": {"gzip, *;q=0", true},
		"nothing but identity":                    {"identity", false},
		"nothing said":                            {"", false},
		"a weight that is no number counts as 0":  {"gzip;q=much", false},
		"a coding that only begins like gzip":     {"gzipped", false},
	}
	address := script(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := ask(t, "GET", address, map[string]string{"Accept-Encoding": c.accept})
			if packed := got.Header.Get("Content-Encoding") == "gzip"; packed != c.packed {
				t.Errorf("gzip %t, want %t", packed, c.packed)
			}
			if vary := got.Header.Get("Vary"); vary != "Accept-Encoding" {
				t.Errorf("Vary %q", vary)
			}
			body := read(t, got)
			if length := got.Header.Get("Content-Length"); length != strconv.Itoa(len(body)) {
				t.Errorf("Content-Length %s for %d bytes", length, len(body))
			}
		})
	}
}

func TestBothFormsOfAnAssetSayTheSame(t *testing.T) {
	address := script(t)
	packed := read(t, ask(t, "GET", address, map[string]string{"Accept-Encoding": "gzip"}))
	r, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	plain := read(t, ask(t, "GET", address, nil))
	if plain != string(unpacked) {
		t.Error("the plain form differs from the unpacked one")
	}
	if len(packed) >= len(plain) {
		t.Errorf("the gzip form has %d bytes, the plain one %d", len(packed), len(plain))
	}
}

func TestConditionalRequests(t *testing.T) {
	for _, path := range []string{base, base + "examples.json", script(t)} {
		for _, accept := range []string{"gzip", "identity"} {
			first := ask(t, "GET", path, map[string]string{"Accept-Encoding": accept})
			tag := first.Header.Get("Etag")
			if !regexp.MustCompile(`^"[0-9a-f]{32}(-gzip)?"$`).MatchString(tag) {
				t.Errorf("%s: Etag %s is not a strong one", path, tag)
			}
			cases := map[string]struct {
				ifNoneMatch string
				status      int
			}{
				"the same tag":         {tag, 304},
				"the tag among others": {`"other", ` + tag, 304},
				"the tag marked weak":  {"W/" + tag, 304},
				"any tag":              {"*", 304},
				"another tag":          {`"other"`, 200},
			}
			for name, c := range cases {
				got := ask(t, "GET", path, map[string]string{"Accept-Encoding": accept, "If-None-Match": c.ifNoneMatch})
				if got.StatusCode != c.status {
					t.Errorf("%s (%s), %s: status %d, want %d", path, accept, name, got.StatusCode, c.status)
				}
				if c.status == 304 && read(t, got) != "" {
					t.Errorf("%s, %s: 304 with a body", path, name)
				}
			}
		}
	}
}

func TestTheTwoFormsHaveTagsOfTheirOwn(t *testing.T) {
	address := script(t)
	packed := ask(t, "HEAD", address, map[string]string{"Accept-Encoding": "gzip"}).Header.Get("Etag")
	plain := ask(t, "HEAD", address, nil).Header.Get("Etag")
	if packed == plain {
		t.Errorf("both have %s", packed)
	}
}

func TestExamplesAreListedAsThePageReadsThem(t *testing.T) {
	var listed []struct {
		Title, About, Lang, Query string
		Variables                 map[string]any
	}
	body := read(t, ask(t, "GET", base+"examples.json", nil))
	if err := json.Unmarshal([]byte(body), &listed); err != nil {
		t.Fatal(err)
	}
	examples := must(t, Examples)
	if len(listed) != len(examples) {
		t.Fatalf("%d listed of %d", len(listed), len(examples))
	}
	for i, e := range examples {
		got := listed[i]
		if got.Title != e.Title || got.About != e.About || got.Lang != e.Lang || got.Query != e.Query {
			t.Errorf("%s is listed as %+v", e.Name, got)
		}
		if (got.Variables != nil) != (e.Variables != nil) {
			t.Errorf("%s: variables %v, want %s", e.Name, got.Variables, e.Variables)
		}
	}
}

// No file that is meant to be gzip may be damaged, have a name, or have a time: a build gives the
// same bytes twice.
func TestStoredFilesAreSoundAndStampNoTime(t *testing.T) {
	built := must(t, func() ([]builtFile, error) { return readBuilt(files) })
	for _, file := range built {
		if _, err := file.asset(); err != nil {
			t.Error(err)
		}
		if !file.gzip {
			continue
		}
		r, err := gzip.NewReader(bytes.NewReader(file.stored))
		if err != nil {
			t.Fatalf("%s: %v", file.name, err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			t.Errorf("%s: %v", file.name, err)
		}
		if r.Name != "" || !r.ModTime.IsZero() {
			t.Errorf("%s carries the name %q and the time %v", file.name, r.Name, r.ModTime)
		}
	}
}

func TestADamagedFileIsSaidSo(t *testing.T) {
	damaged := newAsset("text/plain", askEachTime, []byte("not gzip"))
	damaged.gzip = true
	w := httptest.NewRecorder()
	damaged.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 500 || !strings.Contains(w.Body.String(), "the file is damaged") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestAFileOfUnknownTypeIsRefused(t *testing.T) {
	_, err := builtFile{name: "movie.webm"}.asset()
	if err == nil || !strings.Contains(err.Error(), "movie.webm") {
		t.Errorf("error %v", err)
	}
}
