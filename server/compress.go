package server

import (
	"compress/gzip"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// worthCompressing is the least size of a body, in bytes, that is compressed.
const worthCompressing = 1 << 10

// compressed answers in gzip or zstd whoever asks for it, and never a stream: an
// event must not wait in a compressor for the next one.
func compressed(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(worthCompressing), gzhttp.CompressionLevel(gzip.BestSpeed),
		gzhttp.EnableZstd(true), gzhttp.PreferZstd(true), gzhttp.ContentTypeFilter(isJSON))
	if err != nil {
		panic(err) // options that do not go together
	}
	packed := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") == "" || r.Header.Get("Upgrade") != "" || strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
			next.ServeHTTP(w, r)
			return
		}
		packed.ServeHTTP(w, r)
	})
}

func isJSON(contentType string) bool {
	name, _, _ := strings.Cut(contentType, ";")
	return name == "application/json" || name == "application/graphql-response+json"
}
