// Command regiongen makes the list of regions that the dataset embeds from the
// file ok_data_level3.csv of the project AreaCity (see NOTICE for origin and
// licence):
//
//	go run ./dataset/internal/regiongen < ok_data_level3.csv > dataset/regions/regions.csv
//
// Equal input gives equal bytes. Written are code, full name, short name and
// the spaced reading of the full name, in the order of the codes. Left out are
// other countries, the repeated rows with which that file fills levels that a
// place does not have, and the statistical containers that are no places.
package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "regiongen:", err)
		os.Exit(1)
	}
}

// region is one row, in and out.
type region struct {
	code, full, short, reading string
}

func run(in io.Reader, out io.Writer) error {
	regions, err := read(in)
	if err != nil {
		return err
	}
	w := csv.NewWriter(out)
	rows := [][]string{{"code", "full", "short", "reading"}}
	for _, r := range regions {
		rows = append(rows, []string{r.code, r.full, r.short, r.reading})
	}
	return w.WriteAll(rows)
}

// containers are codes of GB/T 2260 that only gather the districts or counties
// of a municipality.
var containers = []string{"110100", "120100", "310100", "500100", "500200"}

func read(in io.Reader) ([]region, error) {
	rows, err := readRows(in)
	if err != nil {
		return nil, err
	}
	var regions []region
	seen := map[string]bool{}
	for _, row := range rows {
		id := row["ext_id"]
		if len(id) < 6 || seen[id[:6]] || slices.Contains(containers, id[:6]) {
			continue
		}
		seen[id[:6]] = true
		r, err := mend(region{code: id[:6], full: row["ext_name"], short: row["name"], reading: row["pinyin"]})
		if err != nil {
			return nil, err
		}
		regions = append(regions, r)
	}
	slices.SortFunc(regions, func(a, b region) int { return strings.Compare(a.code, b.code) })
	return regions, nil
}

// readRows reads the file with the upper levels first, so that of two rows with
// one code the real place comes before the one that only fills a level.
func readRows(in io.Reader) ([]map[string]string, error) {
	b := bufio.NewReader(in)
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		b.Discard(3)
	}
	records, err := csv.NewReader(b).ReadAll()
	if err != nil || len(records) == 0 {
		return nil, fmt.Errorf("the input is no CSV file with a header: %w", err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b map[string]string) int { return strings.Compare(a["deep"], b["deep"]) })
	return rows, nil
}

// mend completes the reading, which the origin gives of the short name only,
// and repairs the one short name that is cut amid a word.
func mend(r region) (region, error) {
	if r.short == "六枝特" {
		r.short, r.reading = "六枝", "liu zhi"
	}
	rest, ok := strings.CutPrefix(r.full, r.short)
	if !ok {
		return r, fmt.Errorf("%s: the short name %s does not begin the full name %s", r.code, r.short, r.full)
	}
	for _, c := range rest {
		reading, known := suffixes[c]
		if !known {
			return r, fmt.Errorf("%s: the reading of %c in %s is not known; add it to the table", r.code, c, r.full)
		}
		r.reading += " " + reading
	}
	if n := len(strings.Fields(r.reading)); n != len([]rune(r.full)) {
		return r, fmt.Errorf("%s: %s has %d characters, its reading %q has %d", r.code, r.full, len([]rune(r.full)), r.reading, n)
	}
	return r, nil
}
