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
func (s *Server) guarded(next step) step {
	return func(x *exchange, r *http.Request) {
		s.setSecurityHeaders(x.Header(), r.URL.Path)
		switch {
		case !isLoopbackName(hostOf(r.Host)):
			forbid(x, r, "this server answers to loopback names only: address it as http://127.0.0.1 or http://localhost with its port")
		case s.origins.Check(r) != nil || isForeign(r):
			forbid(x, r, "this request was sent by a page of another site; open /playground/ of this server instead")
		default:
			next(x, r)
		}
	}
}

// forbid refuses a request. Where queries are sent the answer has the shape of a
// GraphQL error, too.
func forbid(w http.ResponseWriter, r *http.Request, sentence string) {
	body := map[string]any{"error": sentence}
	if isForQueries(r.URL.Path) {
		body["errors"] = []any{map[string]any{"message": sentence, "extensions": map[string]any{"code": "FORBIDDEN"}}}
	}
	writeJSON(w, http.StatusForbidden, body)
}

// isForQueries tells the addresses to which queries are sent.
func isForQueries(path string) bool { return path == "/graphql" || path == "/query" }

// securityHeaders are headers with their values; an answer shares the values,
// which nobody changes.
type securityHeaders struct{ nosniff, frames, policy, resources, opener, referrer []string }

func newSecurityHeaders() securityHeaders {
	return securityHeaders{
		nosniff:   []string{"nosniff"},
		frames:    []string{"DENY"},
		policy:    []string{"default-src 'none'; frame-ancestors 'none'"},
		resources: []string{"same-origin"},
		opener:    []string{"same-origin"},
		referrer:  []string{"no-referrer"},
	}
}

// setSecurityHeaders sets what holds for every answer; a handler that serves a
// page sets a policy of its own. What a page opens and whom it tells where its
// reader came from is for pages, which answers to queries are not.
func (s *Server) setSecurityHeaders(header http.Header, path string) {
	header["X-Content-Type-Options"] = s.security.nosniff
	header["X-Frame-Options"] = s.security.frames
	header["Cross-Origin-Resource-Policy"] = s.security.resources
	header["Content-Security-Policy"] = s.security.policy
	if !isForQueries(path) {
		header["Referrer-Policy"] = s.security.referrer
		header["Cross-Origin-Opener-Policy"] = s.security.opener
	}
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
