package server

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// guarded lets requests through that are addressed to this machine and do not
// come from another site's page.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setSecurityHeaders(w.Header())
		switch {
		case !isLoopbackName(hostOf(r.Host)):
			forbid(w, r, "this server answers to loopback names only: address it as http://127.0.0.1 or http://localhost with its port")
		case s.origins.Check(r) != nil || isForeign(r):
			forbid(w, r, "this request was sent by a page of another site; open /playground/ of this server instead")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// forbid refuses a request. Where queries are sent the answer has the shape of a
// GraphQL error, too.
func forbid(w http.ResponseWriter, r *http.Request, sentence string) {
	body := map[string]any{"error": sentence}
	if r.URL.Path == "/graphql" || r.URL.Path == "/query" {
		body["errors"] = []any{map[string]any{"message": sentence, "extensions": map[string]any{"code": "FORBIDDEN"}}}
	}
	writeJSON(w, http.StatusForbidden, body)
}

// setSecurityHeaders sets what holds for every answer; a handler that serves a
// page sets a policy of its own.
func setSecurityHeaders(header http.Header) {
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
}

// isForeign reports whether a browser says that another site's page has sent r.
// Following a link from elsewhere is no such thing.
func isForeign(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		return err != nil || !strings.EqualFold(u.Host, r.Host)
	}
	return r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Header.Get("Sec-Fetch-Mode") != "navigate"
}

// hostOf is a host without its port and brackets.
func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
}

// isLoopbackName reports whether a host is localhost or an address of this
// machine that others cannot reach.
func isLoopbackName(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Zone() == "" && addr.Unmap().IsLoopback()
}
