package main

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows on a terminal how far a command has come. Elsewhere it shows
// nothing.
type progress struct {
	bars  *mpb.Progress // nil where nothing is shown
	bar   *mpb.Bar
	units atomic.Int64
	ended bool
}

// progress begins to show how many units (such as "lines") are done, how many
// that is a second and, where total is not 0, which part of total that is and how
// long the rest will take.
func (a *app) progress(name, unit string, total int64) *progress {
	p := &progress{}
	if !a.live {
		return p
	}
	var shape mpb.BarFillerBuilder = mpb.NopStyle()
	after := []decor.Decorator{}
	if total > 0 {
		shape = mpb.BarStyle()
		after = append(after, decor.Percentage())
	}
	begun := a.now()
	after = append(after, decor.Any(func(s decor.Statistics) string {
		in := a.now().Sub(begun)
		return rateText(p.units.Load(), unit, in) + leftText(s.Current, total, in)
	}))
	p.bars = mpb.New(mpb.WithOutput(a.err), mpb.WithWidth(80), mpb.WithAutoRefresh())
	p.bar = p.bars.New(total, shape, mpb.BarRemoveOnComplete(), mpb.PrependDecorators(decor.Name(name)), mpb.AppendDecorators(after...))
	return p
}

// rateText tells how many units there were and how many that is a second.
func rateText(n int64, unit string, in time.Duration) string {
	if in < time.Second {
		return fmt.Sprintf(" %d %s", n, unit)
	}
	return fmt.Sprintf(" %d %s, %.0f/s", n, unit, float64(n)/in.Seconds())
}

// leftText tells how long the rest of total will take, where that can be told.
func leftText(done, total int64, in time.Duration) string {
	if in < time.Second || done <= 0 || done >= total {
		return ""
	}
	left := time.Duration(float64(in) * float64(total-done) / float64(done))
	return fmt.Sprintf(", %v left", max(left, time.Second).Round(time.Second))
}

// after is progress that begins when the one before has ended.
type after struct {
	*app
	name, unit string
	before     *progress
	progress   *progress // nil: it has not begun
}

func (a *app) progressAfter(before *progress, name, unit string) *after {
	return &after{app: a, before: before, name: name, unit: unit}
}

// reach says that done of so many units are done.
func (p *after) reach(done, of int) {
	if p.progress == nil {
		p.before.end()
		p.progress = p.app.progress(p.name, p.unit, int64(of))
	}
	p.progress.units.Store(int64(done))
	if p.progress.bar != nil {
		p.progress.bar.SetCurrent(int64(done))
	}
}

func (p *after) end() {
	if p.progress != nil {
		p.progress.end()
	}
}

// count says that n more units are done.
func (p *progress) count(n int64) { p.units.Add(n) }

// advance says that n more of the total is done.
func (p *progress) advance(n int64) {
	if p.bar != nil {
		p.bar.IncrInt64(n)
	}
}

// reading gives a reader that advances p by the bytes read from r.
func (p *progress) reading(r io.Reader) io.Reader { return &watched{r, p} }

type watched struct {
	io.Reader
	progress *progress
}

// Read makes watched an [io.Reader].
func (w *watched) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	w.progress.advance(int64(n))
	return n, err
}

// end takes the bar away, so that what is printed next begins a line.
func (p *progress) end() {
	if p.bar != nil && !p.ended {
		p.ended = true
		p.bar.Abort(true)
		p.bars.Wait()
	}
}
