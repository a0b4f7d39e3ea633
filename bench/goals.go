package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// goal is a ratio of two figures of a run that is to be met. It is told and
// never fails a run.
type goal struct {
	what  string
	value float64
	most  float64 // or, where least is set, the least
	least bool
	unit  string
}

func (g goal) met() bool {
	if g.least {
		return g.value >= g.most
	}
	return g.value <= g.most
}

// ratio is a goal for a figure of one line over that of another, where there are
// both.
type ratio struct {
	what          string
	q             string
	overQ, over   string
	clients       int
	figure        func(result) float64
	most          float64
	least, turned bool // turned: the other way round
}

func cpuOf(r result) float64  { return r.CPU }
func rateOf(r result) float64 { return r.PerSecond }
func p99Of(r result) float64  { return r.P99 }

// wanted are the goals that are ratios.
func wanted() []ratio {
	list := []ratio{
		{what: "Q1: CPU over the constant server", q: "Q1", overQ: "Q1", over: "constant", figure: cpuOf, most: 2},
		{what: "Q2: CPU over the constant server", q: "Q2", overQ: "Q2", over: "constant", figure: cpuOf, most: 2},
		{what: "Q9: CPU over the constant server", q: "Q9", overQ: "Q9", over: "constant", figure: cpuOf, most: 4},
		{what: "Q9: CPU of stock execution over it", q: "Q9", overQ: "Q9", over: "stock", figure: cpuOf, most: 20, least: true, turned: true},
		{what: "Q2: CPU of stock execution over it", q: "Q2", overQ: "Q2", over: "stock", figure: cpuOf, most: 10, least: true, turned: true},
		{what: "Q6: CPU over Q1", q: "Q6", overQ: "Q1", over: "lianzhu", figure: cpuOf, most: 2},
		{what: "W1, 16 clients: writes a second over DB.Batch", q: "W1", overQ: "W1", over: "bbolt", figure: rateOf, most: 5, least: true},
		{what: "W2: relations a second over sequential puts", q: "W2", overQ: "W2", over: "bbolt", figure: rateOf, most: 0.6, least: true, clients: 1},
		{what: "Q1: p99 while writing over without", q: "Q1+W", overQ: "Q1", over: "lianzhu", figure: p99Of, most: 3},
	}
	for _, q := range []string{"Q3", "Q4", "Q7", "Q8"} {
		list = append(list, ratio{what: q + ": CPU over the plain loop that writes the same", q: q, overQ: q, over: "loop", figure: cpuOf, most: 1.5})
	}
	return list
}

// goals are those that the results tell of.
func goals(results []result) (list []goal) {
	for _, w := range wanted() {
		if w.clients == 0 {
			w.clients = 16
		}
		a, ok1 := find(results, w.q, "lianzhu", w.clients)
		c, ok2 := find(results, w.overQ, w.over, w.clients)
		x, y := w.figure(a), w.figure(c)
		if w.turned {
			x, y = y, x
		}
		if ok1 && ok2 && y > 0 {
			list = append(list, goal{what: w.what, value: x / y, most: w.most, least: w.least, unit: "x"})
		}
	}
	for _, q := range []string{"Q5-1", "Q5-2", "Q5-4", "Q5-6", "Q5-pinyin"} {
		if r, ok := find(results, q, "lianzhu", 1); ok && r.CPUP99 > 0 {
			list = append(list, goal{what: q + ": CPU p99", value: r.CPUP99, most: 1, unit: " ms"})
		}
	}
	if r, ok := find(results, "S1", "lianzhu", 1); ok {
		list = append(list, goal{what: "S1: start to first answer", value: r.P50, most: 300, unit: " ms"})
	}
	if r, ok := find(results, "M1", "lianzhu", 16); ok {
		list = append(list, goal{what: "M1: memory resident while it is asked", value: r.Resident, most: 600, unit: " MB"})
	}
	return list
}

// printGoals prints the goals and whether they are met.
func printGoals(out io.Writer, list []goal) {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "\ngoal\tmeasured\twanted\t")
	for _, g := range list {
		fmt.Fprintf(w, "%s\t%.2f%s\t%s\t%s\n", g.what, g.value, g.unit, g.wants(), map[bool]string{true: "met", false: "NOT MET"}[g.met()])
	}
	w.Flush()
}

// wants is the goal in words.
func (g goal) wants() string {
	if g.least {
		return fmt.Sprintf("at least %v%s", g.most, g.unit)
	}
	return fmt.Sprintf("at most %v%s", g.most, g.unit)
}
