package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

const (
	// policy lets the page load from and speak to its own server only. The editor makes its
	// styles while it runs, and its cursors and icons are data: images and fonts.
	policy = "default-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; " +
		"img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"

	askEachTime = "no-cache"
	keepForever = "public, max-age=31536000, immutable"
)

// Playground returns a handler for GET and HEAD below base, which begins and ends with a slash
// (/playground/): the page at base itself, its files, examples.json and THIRD_PARTY.txt. Anything
// else is 404 in plain text. It fails only on a build or an example that is not as it should be.
func Playground(base string) (http.Handler, error) {
	examples, err := Examples()
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	assets, err := readAssets(files, examples)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	return &playground{base, assets}, nil
}

type playground struct {
	base   string
	assets map[string]asset // by address below base
}

func (p *playground) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")

	name, below := strings.CutPrefix(r.URL.Path, p.base)
	found, ok := p.assets[name]
	if !below || !ok {
		http.Error(w, "没有这个文件，请回到 "+p.base+" / no such file, go back to "+p.base, http.StatusNotFound)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "此处只能读取 / this can only be read", http.StatusMethodNotAllowed)
		return
	}
	found.ServeHTTP(w, r)
}

// readAssets lays out the addresses of the playground. A browser that still holds the page of an
// older build gets 404 for its files, and never those of this build under the same name.
func readAssets(fsys fs.FS, examples []Example) (map[string]asset, error) {
	built, err := readBuilt(fsys)
	if err != nil {
		return nil, err
	}
	page, err := fs.ReadFile(fsys, "dist/playground/index.html")
	if err != nil {
		return nil, err
	}
	notices, err := fs.ReadFile(fsys, "dist/THIRD_PARTY.txt")
	if err != nil {
		return nil, err
	}
	list, err := json.Marshal(examples)
	if err != nil {
		return nil, err
	}
	folder := "assets/" + version(built) + "/"
	page = []byte(strings.ReplaceAll(string(page), `"./assets/`, `"./`+folder))
	assets := map[string]asset{
		"":                newAsset("text/html; charset=utf-8", askEachTime, page),
		"examples.json":   newAsset("application/json; charset=utf-8", askEachTime, list),
		"THIRD_PARTY.txt": newAsset("text/plain; charset=utf-8", askEachTime, notices),
	}
	for _, file := range built {
		assets[folder+file.name], err = file.asset()
		if err != nil {
			return nil, err
		}
	}
	return assets, nil
}

// builtFile is a file of dist/playground/assets: in its gzip form, or plain where that is no shorter.
type builtFile struct {
	name   string // without .gz
	gzip   bool
	stored []byte
}

func readBuilt(fsys fs.FS) ([]builtFile, error) {
	paths, err := fs.Glob(fsys, "dist/playground/assets/*")
	if err != nil {
		return nil, err
	}
	built := make([]builtFile, 0, len(paths))
	for _, file := range paths {
		stored, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		name, packed := strings.CutSuffix(path.Base(file), ".gz")
		built = append(built, builtFile{name, packed, stored})
	}
	return built, nil
}

func (f builtFile) asset() (asset, error) {
	mediaType, err := mediaType(f.name)
	if err != nil {
		return asset{}, err
	}
	made := newAsset(mediaType, keepForever, f.stored)
	made.gzip = f.gzip
	return made, nil
}

// version is one hash over all built files: their imports name each other, so they change together.
func version(built []builtFile) string {
	all := sha256.New()
	for _, file := range built {
		fmt.Fprintf(all, "%s %d\n", file.name, len(file.stored))
		all.Write(file.stored)
	}
	return hex.EncodeToString(all.Sum(nil))[:16]
}

// mediaType does not ask the machine's own tables, which differ.
func mediaType(name string) (string, error) {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8", nil
	case ".css":
		return "text/css; charset=utf-8", nil
	case ".svg":
		return "image/svg+xml", nil
	case ".ttf":
		return "font/ttf", nil
	default:
		return "", fmt.Errorf("%s: no media type is set for such a file", name)
	}
}
