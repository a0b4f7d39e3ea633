package main

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// options are what a benchmark is told.
type options struct {
	scale   float64
	seed    uint64
	each    time.Duration // how long a question is asked with a number of clients
	only    []string      // questions; none: all
	targets []string      // none: all
	out     string        // file for JSON lines
	dir     string        // where graphs are kept between runs
	binary  string        // the lianzhu command; "": built anew
	root    string        // the checkout
	profile string        // directory for profiles
	base    string        // a revision to compare with
	growth  bool          // only how the server's figures grow with the graph
	record  string        // name of a recorded result
	fresh   bool          // load graphs anew
}

func readOptions(args []string, errs io.Writer) (options, error) {
	var o options
	var seconds float64
	var only, targets string
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Float64Var(&o.scale, "scale", 0.1, "size of the graph: 1 is 1,000,000 entities and 5,000,000 relations")
	flags.Uint64Var(&o.seed, "seed", 1, "another seed makes another graph")
	flags.Float64Var(&seconds, "seconds", 2, "how long a question is asked with a number of clients")
	flags.StringVar(&only, "only", "", "only these questions, such as Q1,Q5-2,W1")
	flags.StringVar(&targets, "targets", "", "only these of lianzhu,constant,stock,loop,bbolt (lianzhu always)")
	flags.StringVar(&o.out, "out", "", "write a JSON line for each question and target to this file")
	flags.StringVar(&o.dir, "dir", filepath.Join(os.TempDir(), "lianzhu-bench"), "keep made graphs in this directory")
	flags.StringVar(&o.binary, "lianzhu", "", "the lianzhu command to measure (default: built from the checkout)")
	flags.StringVar(&o.root, "root", ".", "the checkout")
	flags.StringVar(&o.profile, "profile", "", "write a CPU profile of the server for each question into this directory")
	flags.StringVar(&o.base, "base", "", "compare with this revision of the checkout, in the same run")
	flags.BoolVar(&o.growth, "growth", false, "ask the server alone, with a tenth of the graph and with all of it, and print how its figures grow")
	flags.StringVar(&o.record, "record", "", "write the results to bench/results/`NAME`.jsonl and what is printed to NAME.txt")
	flags.BoolVar(&o.fresh, "fresh", false, "load graphs anew also where they are kept")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.each = time.Duration(seconds * float64(time.Second))
	o.only, o.targets = list(only), list(targets)
	return o, nil
}

// list is the items of a list with commas.
func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// asks tells whether a question is wanted: by its name, or by that of the
// questions it is one of (Q5 for Q5-2).
func (o *options) asks(question string) bool {
	family, _, _ := strings.Cut(question, "-")
	return len(o.only) == 0 || slices.Contains(o.only, question) || slices.Contains(o.only, family)
}

// compares tells whether a target is wanted.
func (o *options) compares(target string) bool {
	return len(o.targets) == 0 || slices.Contains(o.targets, target)
}
