package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// retell answers what it was asked, as its query wants it answered.
var retell = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	text := fmt.Sprintln(r.Method, r.URL.String(), r.RequestURI, r.Host, r.Proto, r.ContentLength, r.TransferEncoding, r.Close, len(body), err)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		text += fmt.Sprintln(name, r.Header[name])
	}
	text += string(body)
	switch r.URL.RawQuery {
	case "long", "told":
		text += strings.Repeat("青岛", 20_000)
	case "pieces":
		for range 5 {
			io.WriteString(w, strings.Repeat("piece ", 4_000))
		}
	case "nothing":
		return
	case "204":
		w.WriteHeader(http.StatusNoContent)
		return
	case "304":
		w.Header().Set("ETag", `"x"`)
		w.WriteHeader(http.StatusNotModified)
		return
	case "404":
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
	case "close":
		w.Header().Set("Connection", "close")
	case "panic":
		panic("oops")
	case "abort":
		panic(http.ErrAbortHandler)
	}
	if r.URL.RawQuery == "told" {
		w.Header().Set("Content-Length", fmt.Sprint(len(text)))
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	io.WriteString(w, text)
})

// bothWays is a server whose connections may come to the lane, and one where
// net/http has them all.
func bothWays(t testing.TB) (lane, plain string) {
	config := Config{GraphQL: retell, NewRequestID: func() string { return "r" }, BodyTimeout: time.Second}
	for _, address := range []*string{&lane, &plain} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		*address = ln.Addr().String()
		s := New(config)
		if address == &plain {
			server := s.httpServer()
			go server.Serve(ln)
			t.Cleanup(func() { server.Close() })
			continue
		}
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx, ln) }()
		t.Cleanup(func() {
			stop()
			if err := <-ended; err != nil {
				t.Errorf("the server ended with %v", err)
			}
		})
	}
	return lane, plain
}

// toldAnswer is an answer.
type toldAnswer struct {
	Status string
	Header http.Header
	Body   string
	Err    bool // it broke off
}

// converse sends bytes, in pieces of some length, and reads answers until the
// connection ends.
func converse(t testing.TB, address string, sent []byte, piece int) (answers []toldAnswer) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Minute))
	go func() {
		for len(sent) > 0 {
			n := min(piece, len(sent))
			if _, err := conn.Write(sent[:n]); err != nil {
				return // the server has hung up
			}
			sent = sent[n:]
		}
		conn.(*net.TCPConn).CloseWrite()
	}()
	for in := bufio.NewReader(conn); ; {
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			return answers
		}
		body, err := io.ReadAll(resp.Body)
		if resp.Header.Get("X-Request-Id") == "" {
			return answers // net/http's own refusal, which may get lost when it hangs up on who still sends
		}
		resp.Header.Del("Date")
		resp.Header.Del("Content-Length") // net/http sends longer bodies in pieces
		answers = append(answers, toldAnswer{resp.Status, resp.Header, string(body), err != nil})
	}
}

const plainHead = "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"

// conversations are what clients send, plain and not.
var conversations = map[string]string{
	"a plain request":                         plainHead + "Content-Length: 4\r\n\r\nbody",
	"one with nothing to say":                 plainHead + "Content-Length: 0\r\n\r\n",
	"several, of the same length":             strings.Repeat(plainHead+"Content-Length: 4\r\n\r\nbody", 3),
	"several, of other lengths":               plainHead + "Content-Length: 4\r\n\r\nbody" + plainHead + "Content-Length: 12\r\n\r\ntwelve bytes" + plainHead + "Content-Length: 1\r\n\r\nx",
	"other headers between":                   plainHead + "Content-Length: 4\r\n\r\nbody" + plainHead + "X-More: 1\r\nx-more: 2\r\nContent-Length: 4\r\n\r\nbody" + plainHead + "Content-Length: 4\r\n\r\nbody",
	"a question in the address":               "GET /graphql?query=%7Bx%7D&a=b HTTP/1.1\r\nHost: localhost:80\r\n\r\nGET /query HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
	"small letters and blanks":                "POST /query HTTP/1.1\r\nhost:   127.0.0.1  \r\ncontent-length:\t4\r\naccept: a\r\nACCEPT: b\r\n\r\nbody",
	"a long body":                             plainHead + "Content-Length: 100000\r\n\r\n" + strings.Repeat("x", 100000) + plainHead + "Content-Length: 4\r\n\r\nbody",
	"a longer one in memory":                  plainHead + "Content-Length: 20000\r\n\r\n" + strings.Repeat("x", 20000) + plainHead + "Content-Length: 4\r\n\r\nbody",
	"a long answer":                           strings.Replace(plainHead, "graphql", "graphql?long", 1) + "Content-Length: 4\r\n\r\nbody" + plainHead + "Content-Length: 4\r\n\r\nbody",
	"a long answer of a length":               strings.Repeat(strings.Replace(plainHead, "graphql", "graphql?told", 1)+"Content-Length: 4\r\n\r\nbody", 2),
	"a long answer that is packed":            strings.Repeat(strings.Replace(plainHead, "graphql", "graphql?told", 1)+"Accept-Encoding: gzip\r\nContent-Length: 4\r\n\r\nbody", 2),
	"an answer in pieces":                     strings.Repeat(strings.Replace(plainHead, "graphql", "graphql?pieces", 1)+"Content-Length: 4\r\n\r\nbody", 2),
	"no answer":                               strings.Repeat(strings.Replace(plainHead, "graphql", "graphql?nothing", 1)+"Content-Length: 4\r\n\r\nbody", 2),
	"no content":                              strings.Repeat(strings.Replace(plainHead, "graphql", "graphql?204", 1)+"Content-Length: 4\r\n\r\nbody", 2),
	"nothing has changed":                     strings.Repeat(strings.Replace(plainHead, "graphql", "graphql?304", 1)+"Content-Length: 4\r\n\r\nbody", 2),
	"not found":                               strings.Repeat(strings.Replace(plainHead, "graphql", "graphql?404", 1)+"Content-Length: 4\r\n\r\nbody", 2),
	"the handler ends it":                     strings.Repeat(strings.Replace(plainHead, "graphql", "graphql?close", 1)+"Content-Length: 4\r\n\r\nbody", 2),
	"the handler panics":                      strings.Repeat(strings.Replace(plainHead, "graphql", "graphql?panic", 1)+"Content-Length: 4\r\n\r\nbody", 2),
	"the handler gives up":                    strings.Repeat(strings.Replace(plainHead, "graphql", "graphql?abort", 1)+"Content-Length: 4\r\n\r\nbody", 2),
	"the client ends it":                      strings.Repeat(plainHead+"Connection: close\r\nContent-Length: 4\r\n\r\nbody", 2),
	"it is kept":                              strings.Repeat(plainHead+"Connection: keep-alive\r\nContent-Length: 4\r\n\r\nbody", 2),
	"it is to become another":                 plainHead + "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 4\r\n\r\nbody",
	"events are wanted":                       plainHead + "Accept: Text/Event-Stream\r\nContent-Length: 4\r\n\r\nbody",
	"in pieces":                               plainHead + "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n" + plainHead + "Content-Length: 4\r\n\r\nbody",
	"in pieces and with a length":             plainHead + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
	"two lengths":                             plainHead + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nbody!",
	"the same length twice":                   plainHead + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nbody",
	"a list of lengths":                       plainHead + "Content-Length: 4, 4\r\n\r\nbody",
	"a length with a sign":                    plainHead + "Content-Length: +4\r\n\r\nbody",
	"a length below zero":                     plainHead + "Content-Length: -4\r\n\r\nbody",
	"no length":                               plainHead + "\r\n" + plainHead + "Content-Length: 4\r\n\r\nbody",
	"it asks first":                           plainHead + "Expect: 100-continue\r\nContent-Length: 4\r\n\r\nbody",
	"an older version":                        "POST /graphql HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n\r\nbody",
	"a newer version":                         "POST /graphql HTTP/1.2\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n\r\nbody",
	"only the head":                           "HEAD /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
	"another method":                          "DELETE /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
	"another address, then back":              "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + plainHead + "Content-Length: 4\r\n\r\nbody",
	"another address behind":                  plainHead + "Content-Length: 4\r\n\r\nbody" + "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + plainHead + "Content-Length: 4\r\n\r\nbody",
	"a whole address":                         "POST http://127.0.0.1/graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody",
	"an address with a fragment":              "GET /graphql?a#b HTTP/1.1\r\nHost: localhost\r\n\r\n",
	"an address that is broken":               "GET /graphql?%zz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /%67raphql HTTP/1.1\r\nHost: localhost\r\n\r\n",
	"no host":                                 "POST /graphql HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody",
	"two hosts":                               "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody",
	"a strange host":                          "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1/x\r\nContent-Length: 4\r\n\r\nbody",
	"a host elsewhere":                        "POST /graphql HTTP/1.1\r\nHost: example.org\r\nContent-Length: 4\r\n\r\nbody",
	"a page elsewhere":                        plainHead + "Origin: http://example.org\r\nContent-Length: 4\r\n\r\nbody",
	"a blank before the colon":                plainHead + "Content-Length : 4\r\n\r\nbody",
	"a line that goes on":                     plainHead + "X-Long: a\r\n b\r\nContent-Length: 4\r\n\r\nbody",
	"lines that end in LF":                    strings.ReplaceAll(plainHead, "\r\n", "\n") + "Content-Length: 4\n\nbody",
	"a line without a colon":                  plainHead + "Nonsense\r\nContent-Length: 4\r\n\r\nbody",
	"a header that is not ASCII":              plainHead + "X-Name: 青岛\r\nContent-Length: 4\r\n\r\nbody",
	"a header with NUL":                       plainHead + "X-Name: a\x00b\r\nContent-Length: 4\r\n\r\nbody",
	"a head that is long":                     plainHead + "X-Long: " + strings.Repeat("x", 20_000) + "\r\nContent-Length: 4\r\n\r\nbody",
	"a head that is too long":                 plainHead + "X-Long: " + strings.Repeat("x", 100_000) + "\r\nContent-Length: 4\r\n\r\nbody",
	"an empty line before":                    "\r\n" + plainHead + "Content-Length: 4\r\n\r\nbody",
	"no HTTP at all":                          "hello\r\n\r\n",
	"a body that is cut off":                  plainHead + "Content-Length: 40\r\n\r\nbody",
	"a head that is cut off":                  plainHead,
	"nothing":                                 "",
	"a name of its own, and one that is none": plainHead + "X-Request-Id: mine\r\nContent-Length: 4\r\n\r\nbody" + plainHead + "X-Request-Id: not mine!\r\nContent-Length: 4\r\n\r\nbody",
}

// Whatever is sent, the lane answers as net/http does, and goes on or ends as that
// does.
func TestTheLaneAnswersAsNetHTTP(t *testing.T) {
	lane, plain := bothWays(t)
	for name, sent := range conversations {
		t.Run(name, func(t *testing.T) {
			want := converse(t, plain, []byte(sent), len(sent)+1)
			for _, piece := range []int{len(sent) + 1, 1 + len(sent)/3, 7} {
				if got := converse(t, lane, []byte(sent), piece); gocmp.Diff(want, got) != "" {
					t.Errorf("in pieces of %d: %s", piece, gocmp.Diff(want, got))
				}
			}
		})
	}
}

// FuzzLane sends whatever bytes to both.
func FuzzLane(f *testing.F) {
	for _, sent := range conversations {
		if len(sent) < 2000 {
			f.Add([]byte(sent), 50)
		}
	}
	lane, plain := bothWays(f)
	f.Fuzz(func(t *testing.T, sent []byte, piece int) {
		if len(sent) > 10_000 || piece < 1 {
			return
		}
		want, got := converse(t, plain, bytes.Clone(sent), len(sent)+1), converse(t, lane, bytes.Clone(sent), max(piece, len(sent)/20+1))
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", sent, diff)
		}
	})
}

// A client that goes away ends what is done for it, whether that waits for the end
// or asks now and then.
func TestAClientThatGoesEndsWhatIsDoneForIt(t *testing.T) {
	for name, wait := range map[string]func(context.Context){
		"it waits": func(ctx context.Context) { <-ctx.Done() },
		"it asks": func(ctx context.Context) {
			for ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ended := make(chan error, 1)
				ln, stop := start(t, Config{GraphQL: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					io.Copy(io.Discard, r.Body)
					wait(r.Context())
					ended <- r.Context().Err()
				})})
				client := ln.dial(t, post+"\r\nbody")
				time.Sleep(time.Second)
				client.Close()
				if err := <-ended; !errors.Is(err, context.Canceled) {
					t.Errorf("it ended with %v", err)
				}
				if err := stop(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// What a client sends while it waits for an answer is its next request, also where
// somebody looks meanwhile whether it goes away.
func TestARequestThatComesBeforeTheAnswerIsAnsweredNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ln, stop := start(t, Config{GraphQL: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			select {
			case <-r.Context().Done():
			case <-time.After(time.Second):
			}
			w.Write(body)
		})})
		client := ln.dial(t, post+"\r\none.")
		time.Sleep(time.Millisecond)
		go io.WriteString(client, post+"\r\ntwo."+post+"Connection: close\r\n\r\nend.")
		in := bufio.NewReader(client)
		for _, want := range []string{"one.", "two.", "end."} {
			resp, err := http.ReadResponse(in, nil)
			if err != nil {
				t.Fatal(err)
			}
			if body, err := io.ReadAll(resp.Body); string(body) != want || err != nil {
				t.Errorf("the answer is %q, %v, want %q", body, err, want)
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}
