package endpoint

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// resolveText gives the text of a request: its own, or the one that an earlier
// request has left under the hash.
func (e *endpoint) resolveText(p params) (string, *refusal) {
	switch {
	case p.persistedHash == "":
		return p.query, nil
	case p.query != "" && !hashes(p.query, p.persistedHash):
		return "", refuse(CodeBadRequest, "extensions.persistedQuery.sha256Hash is not the SHA-256 of the query")
	case p.query != "":
		return p.query, nil
	}
	text, ok := e.persisted.get(p.persistedHash)
	if !ok {
		return "", refuse(CodePersistedNotFound, "PersistedQueryNotFound")
	}
	return text, nil
}

// remember keeps a text for requests that will send its hash only. Only what
// was found valid gets here.
func (e *endpoint) remember(p params) {
	if p.persistedHash == "" || p.query == "" || len(p.query) > e.Limits.CacheTextBytes {
		return
	}
	e.persisted.add(p.persistedHash, strings.Clone(p.query), len(p.query)+len(p.persistedHash))
}

// hashes reports whether text has this SHA-256.
func hashes(text, hash string) bool {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:]) == hash
}
