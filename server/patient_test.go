package server

import (
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// pipe is a patient connection and the other end of it.
func pipe(t *testing.T) (conn *patientConn, other net.Conn) {
	a, b := net.Pipe()
	t.Cleanup(func() { a.Close(); b.Close() })
	return &patientConn{Conn: a}, b
}

// TestADeadlineComesWhenItWasSet sets deadlines in every order, and looks when a
// read and a write end.
func TestADeadlineComesWhenItWasSet(t *testing.T) {
	for name, c := range map[string]struct {
		set  []time.Duration // from now; 0: none; negative: long ago
		want time.Duration   // from now
	}{
		"one that is soon":               {[]time.Duration{time.Second}, time.Second},
		"one that is late":               {[]time.Duration{time.Hour}, time.Hour},
		"a later one":                    {[]time.Duration{time.Second, time.Minute}, time.Minute},
		"an earlier one":                 {[]time.Duration{time.Minute, time.Second}, time.Second},
		"one that was lifted and set":    {[]time.Duration{time.Minute, 0, 5 * time.Second, 0, 30 * time.Second}, 30 * time.Second},
		"one that has come":              {[]time.Duration{time.Minute, -1}, 0},
		"one after one that had come":    {[]time.Duration{-1, 0, time.Minute}, time.Minute},
		"the same one again":             {[]time.Duration{-1, -1}, 0},
		"a soon one after one that came": {[]time.Duration{-1, 0, time.Hour, 0, time.Second}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, _ := pipe(t)
				began := time.Now()
				for _, d := range c.set {
					at := began.Add(d)
					if d <= 0 {
						at = time.Time{}
					}
					if d < 0 {
						at = time.Unix(1, 0)
					}
					if err := conn.SetDeadline(at); err != nil {
						t.Fatal(err)
					}
				}
				_, err := conn.Read(make([]byte, 1))
				if took := time.Since(began); !errors.Is(err, os.ErrDeadlineExceeded) || took != c.want {
					t.Errorf("a read ends after %v with %v", took, err)
				}
				if _, err := conn.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) != c.want {
					t.Errorf("a write ends after %v with %v", time.Since(began), err)
				}
			})
		})
	}
}

func TestAReadThatWaitsIsBrokenOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, _ := pipe(t)
		for _, set := range []time.Time{{}, time.Now().Add(time.Second), time.Now().Add(time.Minute)} {
			conn.SetReadDeadline(set)
			ended := make(chan error)
			go func() {
				_, err := conn.Read(make([]byte, 1))
				ended <- err
			}()
			synctest.Wait()
			conn.SetReadDeadline(time.Unix(1, 0))
			if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("it ended with %v", err)
			}
		}
	})
}

func TestWithoutADeadlineNothingEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, other := pipe(t)
		conn.SetDeadline(time.Now().Add(time.Second))
		conn.SetDeadline(time.Time{})
		go func() {
			time.Sleep(time.Hour)
			other.Write([]byte("late"))
			time.Sleep(time.Hour)
			other.Read(make([]byte, 4))
		}()
		if n, err := conn.Read(make([]byte, 4)); n != 4 || err != nil {
			t.Errorf("read %d, %v", n, err)
		}
		if n, err := conn.Write([]byte("also")); n != 4 || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
	})
}

func TestAWriteGoesOnWhereItWasInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, other := pipe(t)
		conn.SetWriteDeadline(time.Now().Add(time.Minute))
		got := make(chan string)
		go func() {
			b := make([]byte, 6)
			other.Read(b[:2])
			time.Sleep(2 * soon) // an early deadline comes meanwhile
			other.Read(b[2:])
			got <- string(b)
		}()
		n, err := conn.Write([]byte("abcdef"))
		if text := <-got; n != 6 || err != nil || text != "abcdef" {
			t.Errorf("wrote %d, %v, and %q came", n, err, text)
		}
	})
}
