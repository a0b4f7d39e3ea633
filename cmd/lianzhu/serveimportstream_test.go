package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// streamed begins an import whose answer comes while it runs.
func streamed(t *testing.T, address, accept string, body io.Reader) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", accept)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func TestAnImportIsAnsweredWhileItRuns(t *testing.T) {
	for _, c := range []struct{ name, accept, kind, before, after string }{
		{"in lines", "application/x-ndjson", "application/x-ndjson", "", ""},
		{"in events", "text/event-stream", "text/event-stream", "event: %s\ndata: ", "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, _ := importServer(t, time.Minute, time.Minute)
			in, out := io.Pipe()
			response := streamed(t, s.URL+"/import?format=csv&name=firms.csv&mapping="+strings.NewReplacer("\n", "%0A", " ", "%20", "{", "%7B", "}", "%7D", "\"", "%22").Replace(supplyMapping), c.accept, in)
			defer response.Body.Close()
			if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || got != c.kind {
				t.Fatalf("%s, %s", response.Status, got)
			}
			answer := bufio.NewReader(response.Body)
			want := func(event, data string) {
				t.Helper()
				text := data + "\n" + c.after
				if c.before != "" {
					text = fmt.Sprintf(c.before, event) + text
				}
				got := make([]byte, len(text))
				if n, err := io.ReadFull(answer, got); err != nil || string(got) != text {
					t.Fatalf("got %q, want %q: %v", got[:n], text, err)
				}
			}
			want("progress", `{"progress":{"read":0,"rejected":0}}`) // and no byte of the body was sent
			go func() {
				fmt.Fprint(out, "id,name\na,甲\nb\n")
				out.Close()
			}()
			want("rejected", `{"rejected":{"file":"firms.csv","line":3,"column":2,"reason":"the row has 1 cells, and there are 2 columns","head":"id,name","record":"b","source":"source:firms.csv-23021ea1daca"}}`)
			want("done", `{"done":{"read":3,"created":2,"changed":0,"unchanged":0,"rejected":1,"rev":1}}`)
			if rest, err := io.ReadAll(answer); err != nil || len(rest) > 0 {
				t.Errorf("there is more: %q, %v", rest, err)
			}
		})
	}
}

// A client that reads what comes learns of every line that is rejected before it
// has sent the last one.
func TestRejectionsComeBeforeTheBodyHasEnded(t *testing.T) {
	s, _ := importServer(t, time.Minute, time.Minute)
	in, out := io.Pipe()
	response := streamed(t, s.URL+"/import?format=jsonl", "application/x-ndjson", in)
	defer response.Body.Close()
	answer := bufio.NewScanner(response.Body)
	answer.Scan() // that it has begun
	fmt.Fprintln(out, `{"lianzhu":{"format":1}}`)
	for i := range 3 {
		fmt.Fprintf(out, "{%d}\n", i)
		if !answer.Scan() || !strings.Contains(answer.Text(), fmt.Sprintf(`"line":%d`, i+2)) {
			t.Fatalf("line %d is answered %q", i+2, answer.Text())
		}
	}
	out.Close()
	if !answer.Scan() || !strings.Contains(answer.Text(), `"rejected":3`) {
		t.Errorf("at the end: %q", answer.Text())
	}
}

func TestWhatAClientAcceptsTellsHowItIsAnswered(t *testing.T) {
	for accept, want := range map[string][2]bool{
		"": {}, "*/*": {}, "application/json": {}, "application/x-ndjson": {true, false},
		"text/event-stream": {true, true}, "text/html, text/event-stream;q=0.9": {true, true},
	} {
		if asked, events := streamAsked(accept); asked != want[0] || events != want[1] {
			t.Errorf("%q: %v, %v", accept, asked, events)
		}
	}
}

// broken is a writer of an answer that fails, as where the client has gone.
type broken struct{ http.ResponseWriter }

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
func (broken) WriteHeader(int)           {}
func (broken) Header() http.Header       { return http.Header{} }
func (broken) FlushError() error         { return nil }

func TestProgressIsToldOnceASecondAndAClientThatHasGoneEndsTheImport(t *testing.T) {
	now := time.UnixMilli(0)
	var failed error
	s := &importStream{w: broken{}, control: http.NewResponseController(broken{}), now: func() time.Time { return now }, told: now, giveUp: func(err error) { failed = err }}
	now = now.Add(streamEvery - 1)
	if s.progress(1000); failed != nil {
		t.Errorf("progress was told too early: %v", failed)
	}
	now = now.Add(1)
	if s.progress(2000); failed != io.ErrClosedPipe {
		t.Errorf("the import is not ended: %v", failed)
	}
}
