package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// asset is one answer, ready to be sent again and again.
type asset struct {
	mediaType string
	caching   string
	stored    []byte
	gzip      bool   // stored is the gzip form
	hash      string // of stored
}

func newAsset(mediaType, caching string, stored []byte) asset {
	sum := sha256.Sum256(stored)
	return asset{mediaType, caching, stored, false, hex.EncodeToString(sum[:16])}
}

// ServeHTTP sends what is stored, or unpacks it for the rare client that does not take gzip. The
// two forms are two representations: each has an entity tag of its own.
func (a asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.mediaType)
	h.Set("Cache-Control", a.caching)
	if !a.gzip {
		a.send(w, r, a.stored, a.hash)
		return
	}
	h.Add("Vary", "Accept-Encoding")
	if acceptsGzip(r.Header) {
		h.Set("Content-Encoding", "gzip")
		a.send(w, r, a.stored, a.hash+"-gzip")
		return
	}
	plain, err := unpack(a.stored)
	if err != nil {
		http.Error(w, "文件已损坏 / the file is damaged", http.StatusInternalServerError)
		return
	}
	a.send(w, r, plain, a.hash)
}

// send leaves conditions, ranges and HEAD to net/http, which states no length for encoded content.
func (a asset) send(w http.ResponseWriter, r *http.Request, body []byte, tag string) {
	w.Header().Set("Etag", `"`+tag+`"`)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

func unpack(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// acceptsGzip reads Accept-Encoding (RFC 9110, 12.5.3): a coding counts unless its weight is 0, and
// * speaks for gzip only where gzip itself is not named.
func acceptsGzip(header http.Header) bool {
	accepted := false
	for part := range strings.SplitSeq(strings.Join(header.Values("Accept-Encoding"), ","), ",") {
		coding, parameters, _ := strings.Cut(strings.ToLower(part), ";")
		switch strings.TrimSpace(coding) {
		case "gzip":
			return weight(parameters) > 0
		case "*":
			accepted = weight(parameters) > 0
		}
	}
	return accepted
}

// weight is 1 where none is given, and 0 where it is not a number.
func weight(parameters string) float64 {
	_, value, given := strings.Cut(parameters, "q=")
	if !given {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return 0
	}
	return q
}
