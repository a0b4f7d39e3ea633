package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

func TestProgressTellsARateOnceThereIsOne(t *testing.T) {
	for _, c := range []struct {
		name string
		in   time.Duration
		want string
	}{
		{"within the first second only the number", 999 * time.Millisecond, " 300 lines"},
		{"then the number a second, too", 2 * time.Second, " 300 lines, 150/s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := rateText(300, "lines", c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestProgressTellsHowLongTheRestTakesWhereThatCanBeTold(t *testing.T) {
	for _, c := range []struct {
		name        string
		done, total int64
		in          time.Duration
		want        string
	}{
		{"a quarter in ten seconds", 25, 100, 10 * time.Second, ", 30s left"},
		{"within the first second", 25, 100, 500 * time.Millisecond, ""},
		{"nothing yet", 0, 100, 10 * time.Second, ""},
		{"everything", 100, 100, 10 * time.Second, ""},
		{"of an unknown number", 100, 0, 10 * time.Second, ""},
		{"almost everything", 999, 1000, 10 * time.Second, ", 1s left"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := leftText(c.done, c.total, c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestProgressShowsNothingWhereNobodyLooks(t *testing.T) {
	var said bytes.Buffer
	a := &app{err: &said, now: time.Now}
	bar := a.progress("importing", "lines", 10)
	text, err := io.ReadAll(bar.reading(strings.NewReader("0123456789")))
	bar.count(1)
	bar.end()
	if err != nil || string(text) != "0123456789" {
		t.Errorf("read %q, %v", text, err)
	}
	if said.Len() > 0 {
		t.Errorf("it wrote %q", said.String())
	}
}
