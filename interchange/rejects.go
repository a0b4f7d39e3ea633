package interchange

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lianzhu/dataset"
)

// The files of what was refused are files of their format. What is said in them
// on the file from which they come, and on the reasons, readers of the format
// pass over, ours for one.

// refused is an object in a file of JSON that says why the next one was refused,
// or in which file that was.
type refused struct {
	Of      string `json:"of,omitempty"`      // the file
	Element int    `json:"element,omitempty"` // how many stood there before the next one
	dataset.Rejected
}

type refusedObject struct {
	Rejected refused `json:"rejected"`
}

func (r refused) text() []byte {
	text, _ := json.Marshal(refusedObject{r}) // texts and numbers can always be written
	return text
}

// refusedIn tells whether a value of JSON says why another was refused, and what
// it says.
func refusedIn(raw []byte) (says refused, ok bool) {
	if !bytes.Contains(raw[:min(len(raw), 64)], []byte(`"rejected"`)) {
		return says, false
	}
	var o refusedObject
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	err := dec.Decode(&o)
	return o.Rejected, err == nil
}

// graphRejects writes refused elements of JSON-LD as a document with the context
// of their file. What is told before the first of them waits for it.
type graphRejects struct {
	dataset.Layout
	out     io.Writer
	begun   dataset.Rejects
	waiting []*dataset.Problem
	last    *dataset.Record // and without its head
	bare    *dataset.Record
}

func newGraphRejects(w io.Writer) dataset.Rejects {
	return &graphRejects{out: w, Layout: dataset.Layout{Begin: "[\n", Between: ",\n", End: "\n]\n", Tell: dataset.TellInJSON}}
}

// Write makes graphRejects [dataset.Rejects].
func (r *graphRejects) Write(p *dataset.Problem) error {
	if r.begun == nil && p.Record == nil && len(r.waiting) < maxPassed {
		r.waiting = append(r.waiting, p)
		return nil
	}
	if err := r.begin(p.Record); err != nil {
		return err
	}
	if p.Record == nil {
		return r.begun.Write(p)
	}
	if p.Record != r.last {
		r.last, r.bare = p.Record, &dataset.Record{Text: p.Record.Text} // its head stands there already
	}
	own := *p
	own.Record = r.bare
	return r.begun.Write(&own)
}

func (r *graphRejects) begin(first *dataset.Record) error {
	if r.begun != nil {
		return nil
	}
	if first != nil {
		r.Begin = string(first.Head) + r.Between
		if first.Head[0] == '{' {
			r.End = "\n]}\n"
		}
	}
	r.begun = r.NewRejects(r.out)
	for _, p := range r.waiting {
		if err := r.begun.Write(p); err != nil {
			return err
		}
	}
	return nil
}

// Close makes graphRejects [dataset.Rejects].
func (r *graphRejects) Close() error {
	if r.begun == nil && r.waiting == nil {
		return nil
	}
	if err := r.begin(nil); err != nil {
		return err
	}
	return r.begun.Close()
}

// tableOrLines writes what was refused of FollowTheMoney: rows into a table,
// anything else in lines.
type tableOrLines struct {
	out io.Writer
	dataset.Rejects
}

func newFtMRejects(w io.Writer) dataset.Rejects { return &tableOrLines{out: w} }

// Write makes tableOrLines [dataset.Rejects].
func (r *tableOrLines) Write(p *dataset.Problem) error {
	if r.Rejects == nil {
		tell := dataset.TellInJSON
		if isTable(p.File) || p.Record != nil && p.Record.Sep != 0 {
			tell = tellInCSV
		}
		r.Rejects = dataset.Lines(tell).NewRejects(r.out)
	}
	return r.Rejects.Write(p)
}

// Close makes tableOrLines [dataset.Rejects].
func (r *tableOrLines) Close() error {
	if r.Rejects == nil {
		return nil
	}
	return r.Rejects.Close()
}

func isTable(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".csv") }

// rejectedColumns stand before the others in a table of what was refused. Where
// the rows are from is told in each of them, and why they were refused in a row
// before, of which the other cells are empty.
func rejectedColumns() []string {
	return []string{"rejected_of", "rejected_line", "rejected_column", "rejected_reason"}
}

func tellInCSV(p *dataset.Problem) string {
	return string(csvLine([]string{"", strconv.Itoa(p.Line), strconv.Itoa(p.Column), p.Reason}))
}

// csvLine is a row without its end.
func csvLine(cells []string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(cells) // into memory
	w.Flush()
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// readLoosely are the cells of a row, as far as they can be told.
func readLoosely(text []byte) []string {
	in := csv.NewReader(bytes.NewReader(text))
	in.FieldsPerRecord, in.LazyQuotes = -1, true
	row, _ := in.Read()
	return row
}

// The instruction in a file of GraphML that says in which file what follows was
// refused, and which key a node has there whose id is none.
const graphMLSays = "lianzhu"

func instruction(says ...string) string {
	v := url.Values{}
	for i := 0; i < len(says); i += 2 {
		v.Set(says[i], says[i+1])
	}
	return "<?" + graphMLSays + " " + v.Encode() + "?>"
}

// graphMLRejects writes refused elements into one graph, below the declarations
// of their file. The head of a record is all that stood before the first graph.
type graphMLRejects struct {
	out   io.Writer
	head  []byte
	close string
	last  *dataset.Record
}

func newGraphMLRejects(w io.Writer) dataset.Rejects { return &graphMLRejects{out: w} }

// Write makes graphMLRejects [dataset.Rejects].
func (r *graphMLRejects) Write(p *dataset.Problem) error {
	var b bytes.Buffer
	rec := p.Record
	if rec != nil && !bytes.Equal(rec.Head, r.head) {
		more, goesOn := bytes.CutPrefix(rec.Head, r.head)
		if !goesOn || r.close == "" {
			b.WriteString(r.close)
			more = rec.Head
		}
		b.Write(more)
		if !goesOn || r.close == "" {
			root := rootOf(rec.Head)
			graph := prefixed(root, "graph")
			b.WriteString("<" + graph + ` edgedefault="directed">` + "\n")
			r.close = "</" + graph + "></" + root + ">\n"
		}
		r.head = bytes.Clone(rec.Head)
	}
	b.WriteString("<!-- " + strings.ReplaceAll(p.Error(), "--", "- -") + " -->\n")
	if rec != nil && rec != r.last {
		r.last = rec
		b.Write(rec.Text)
		b.WriteByte('\n')
	}
	_, err := r.out.Write(b.Bytes())
	return err
}

// Close makes graphMLRejects [dataset.Rejects].
func (r *graphMLRejects) Close() error {
	_, err := io.WriteString(r.out, r.close)
	return err
}

// rootOf is the name of the outermost element, as it is written.
func rootOf(head []byte) string {
	in := xml.NewDecoder(bytes.NewReader(head))
	for {
		token, err := in.RawToken()
		if err != nil {
			return "graphml"
		}
		if start, ok := token.(xml.StartElement); ok {
			return prefixed(start.Name.Space+":", start.Name.Local)
		}
	}
}

// prefixed is a name with the prefix that another has.
func prefixed(like, name string) string {
	if i := strings.IndexByte(like, ':'); i > 0 {
		return like[:i+1] + name
	}
	return name
}

// saysWhy tells whether a table has the rejectedColumns.
func saysWhy(header []string) bool {
	n := len(rejectedColumns())
	return len(header) >= n && slices.Equal(header[:n], rejectedColumns())
}

// withoutSaid is a row without the cells that say why it was refused.
func withoutSaid(header, row []string) []string {
	if !saysWhy(header) {
		return row
	}
	return row[min(len(rejectedColumns()), len(row)):]
}
