package main

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"strings"
	"time"

	"lianzhu/dataset"
)

// streamEvery is how often a stream tells at most how far an import has come.
const streamEvery = time.Second

// importStream answers while the import runs, a line or an event at a time, to a
// client that has asked for that and so reads while it sends.
type importStream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	events  bool // server-sent events; else JSON Lines
	now     func() time.Time
	told    time.Time // when progress was told last
	idle    time.Duration
	giveUp  context.CancelCauseFunc
	refused int
}

// reportedProgress is how far an import has come: lines that were read and those
// of them that were rejected so far.
type reportedProgress struct {
	Read     int `json:"read"`
	Rejected int `json:"rejected"`
}

// streamAsked tells whether a client asks for an answer while the import runs,
// and for events.
func streamAsked(accept string) (asked, events bool) {
	for _, part := range strings.Split(accept, ",") {
		switch kind, _, _ := mime.ParseMediaType(part); kind {
		case "text/event-stream":
			return true, true
		case "application/x-ndjson", "application/jsonl":
			return true, false
		}
	}
	return false, false
}

// begin answers that the import is under way.
func (s *importStream) begin() error {
	// HTTP/2 needs no permission to answer before the body has ended.
	_ = s.control.EnableFullDuplex()
	kind := "application/x-ndjson"
	if s.events {
		kind = "text/event-stream"
	}
	s.w.Header().Set("Content-Type", kind)
	s.w.Header().Set("Cache-Control", "no-store")
	s.w.WriteHeader(http.StatusOK)
	s.told = s.now()
	return s.send("progress", reportedLine{Progress: &reportedProgress{}})
}

func (s *importStream) rejected(p *dataset.Problem) error {
	s.refused++
	return s.send("rejected", reportedLine{Rejected: reportedProblem(p)})
}

// progress tells how many lines were read. A client that does not take it ends
// the import.
func (s *importStream) progress(read int) {
	if now := s.now(); now.Sub(s.told) >= streamEvery {
		s.told = now
		if err := s.send("progress", reportedLine{Progress: &reportedProgress{read, s.refused}}); err != nil {
			s.giveUp(err)
		}
	}
}

func (s *importStream) finish(_ int, sentence string, done dataset.Report) {
	_ = s.send("done", reportedLine{Error: sentence, Done: sumOf(done)}) // the client may have gone
}

func (s *importStream) discard() {}

// send writes one line or event, and has it sent.
func (s *importStream) send(event string, line reportedLine) error {
	var b bytes.Buffer
	if s.events {
		b.WriteString("event: " + event + "\ndata: ")
	}
	if err := report(&b, line); err != nil {
		return err
	}
	if s.events {
		b.WriteByte('\n')
	}
	_ = s.control.SetWriteDeadline(time.Now().Add(s.idle)) // see ServeHTTP
	if _, err := s.w.Write(b.Bytes()); err != nil {
		return err
	}
	return s.control.Flush()
}
