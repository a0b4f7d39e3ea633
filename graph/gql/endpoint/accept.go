package endpoint

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// media is a type of answer.
type media string

const (
	mediaJSON     media = "application/json"
	mediaResponse media = "application/graphql-response+json"
)

// negotiate chooses the media type that the Accept headers like best. Where
// they like both alike it is application/graphql-response+json if they name it,
// and otherwise application/json, which every client understands. It is false
// where neither will do.
func negotiate(header http.Header) (media, bool) {
	accept := header["Accept"]
	if len(accept) == 0 {
		return mediaJSON, true
	}
	plain := mediaRange{name: "*/*", quality: -1}
	response := plain
	for item := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		if r, ok := parseRange(item); ok {
			plain = plain.orBetter(r, mediaJSON)
			response = response.orBetter(r, mediaResponse)
		}
	}
	named := response.name == string(mediaResponse)
	if response.quality > plain.quality || named && response.quality == plain.quality {
		return mediaResponse, response.quality > 0
	}
	return mediaJSON, plain.quality > 0
}

// mediaRange is one item of an Accept header; quality is negative where it
// stands for an absent item.
type mediaRange struct {
	name    string
	quality float64
}

// parseRange reads one item of an Accept header. An item in another charset
// than UTF-8 is none we can serve.
func parseRange(item string) (mediaRange, bool) {
	if name, quality, ok := plainRange(item); ok {
		return mediaRange{name: name, quality: quality}, true
	}
	name, params, err := parseMedia(item)
	if err != nil {
		return mediaRange{}, false
	}
	if charset, ok := params["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
		return mediaRange{}, false
	}
	quality := 1.0
	if q, ok := params["q"]; ok {
		quality, err = strconv.ParseFloat(q, 64)
		if err != nil || !(quality >= 0 && quality <= 1) {
			return mediaRange{}, false
		}
	}
	return mediaRange{name: name, quality: quality}, true
}

// plainRange reads an item as clients mostly write it: a type of ours, and its
// quality, if any, as one digit, a point and digits.
func plainRange(item string) (name string, quality float64, ok bool) {
	name, given, hasQuality := strings.Cut(strings.TrimSpace(item), ";")
	switch name {
	case string(mediaJSON), string(mediaResponse), "*/*":
	default:
		return "", 0, false
	}
	if !hasQuality {
		return name, 1, true
	}
	digits, ok := strings.CutPrefix(given, "q=")
	if !ok || len(digits) == 0 || len(digits) > 5 || digits[0] != '0' && digits[0] != '1' {
		return "", 0, false
	}
	quality, err := strconv.ParseFloat(digits, 64)
	return name, quality, err == nil && quality <= 1
}

// parseMedia is mime.ParseMediaType, quick on the types that clients send.
func parseMedia(item string) (name string, params map[string]string, err error) {
	switch item = strings.TrimSpace(item); item {
	case string(mediaJSON), string(mediaResponse), "*/*":
		return item, nil, nil
	}
	return mime.ParseMediaType(item)
}

// orBetter is other where it covers m and says so more precisely than r, or
// where r is absent.
func (r mediaRange) orBetter(other mediaRange, m media) mediaRange {
	covers := other.name == string(m) || other.name == "application/*" || other.name == "*/*"
	if covers && (r.quality < 0 || other.precision() > r.precision()) {
		return other
	}
	return r
}

// precision is 2 for a full name, 1 for application/*, 0 for */*.
func (r mediaRange) precision() int {
	switch r.name {
	case "*/*":
		return 0
	case "application/*":
		return 1
	}
	return 2
}
