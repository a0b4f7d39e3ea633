package endpoint

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

// validator is the entity tag of what a query by GET is answered while nothing
// that the answer depends on changes: the query, its variables, the media type
// and what [Options.Revision] tells. It is weak, because the extensions of an
// answer name the request. "" where there is none.
func (e *endpoint) validator(ctx context.Context, p params, m media) string {
	if !p.readOnly || e.Revision == nil {
		return ""
	}
	revision, err := e.Revision(ctx)
	if err != nil {
		return "" // answering will tell
	}
	parts, err := json.Marshal([]any{p.query, p.persistedHash, p.operationName, p.variables, m, revision})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(parts)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
}

// has tells whether the client already has the answer with this tag.
func has(header http.Header, tag string) bool {
	for _, value := range header.Values("If-None-Match") {
		for _, have := range strings.Split(value, ",") {
			if have = strings.TrimSpace(have); have == tag || have == strings.TrimPrefix(tag, "W/") {
				return tag != ""
			}
		}
	}
	return false
}

// unchanged answers that what the client has is still right.
func unchanged(w http.ResponseWriter, tag string) {
	validated(w.Header(), tag)
	w.WriteHeader(http.StatusNotModified)
}

// validated lets the client keep an answer and ask with its tag whether it is
// still right.
func validated(header http.Header, tag string) {
	header.Set("ETag", tag)
	header.Set("Cache-Control", "private, no-cache")
	header.Set("Vary", "Accept")
}
