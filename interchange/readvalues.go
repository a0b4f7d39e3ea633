package interchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"lianzhu/dataset"
)

// valueReader is a file of JSON that is read a value at a time: those of its list, or
// one after the other.
type valueReader struct {
	*reading
	tape  *tape
	dec   *json.Decoder
	start int64 // where in the file the decoder began, less what it was given first
	list  bool
	lost  func(place, []byte, *dataset.Problem) error // takes what cannot be read
}

// eachValue calls do with each value of a file. In a file that is no list, what
// cannot be read is given to lost, to where the next object begins a line.
func eachValue(r *reading, do func(place, json.RawMessage) error, lost func(place, []byte, *dataset.Problem) error) error {
	t := &tape{r: r.in.Reader}
	v := &valueReader{reading: r, tape: t, dec: json.NewDecoder(t), lost: lost}
	if err := v.begin(); err != nil {
		return jsonBroken(r, t, v.dec, err)
	}
	for {
		err := v.rest(do)
		if err == nil {
			return nil
		}
		broken := v.broken(err)
		var p *dataset.Problem
		if v.list || !errors.As(broken, &p) || errors.As(err, &p) || p.Column == 0 {
			return broken
		}
		if goesOn, err := v.passOver(p); err != nil || !goesOn {
			return err
		}
	}
}

// broken tells why nothing more can be read.
func (v *valueReader) broken(err error) error {
	at := v.tape.at(v.start + v.dec.InputOffset())
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = v.tape.at(v.start + syntax.Offset - 1)
	}
	return whyBroken(v.reading, at, err)
}

// begin reads what stands before the first value.
func (v *valueReader) begin() error {
	t, first := v.tape, byte(0)
	for first == 0 {
		b := make([]byte, 1)
		if _, err := io.ReadFull(t.r, b); err != nil {
			return err
		}
		t.kept = append(t.kept, b[0])
		if !slices.Contains([]byte(" \t\r\n\xef\xbb\xbf"), b[0]) {
			first = b[0]
		} else if len(t.kept) > tapePiece {
			t.forget(t.mark + int64(len(t.kept)))
		}
	}
	t.forget(t.mark + int64(len(t.kept)-1))
	v.again()
	if v.list = first == '['; v.list {
		_, err := v.dec.Token()
		return err
	}
	return nil
}

// again begins to read anew at the mark of the tape.
func (v *valueReader) again() {
	v.start = v.tape.mark
	v.dec = json.NewDecoder(io.MultiReader(bytes.NewReader(bytes.Clone(v.tape.kept)), v.tape))
}

func (v *valueReader) rest(do func(place, json.RawMessage) error) error {
	for v.dec.More() {
		from := v.start + v.dec.InputOffset()
		var raw json.RawMessage
		if err := v.dec.Decode(&raw); err != nil {
			v.tape.forget(from)
			blank := len(v.tape.kept) - len(bytes.TrimLeft(v.tape.kept, " \t\r\n"))
			v.tape.forget(v.tape.mark + int64(blank))
			return err
		}
		at, text := v.tape.cut(from, v.start+v.dec.InputOffset())
		if says, ok := refusedIn(raw); ok {
			if err := v.comeFrom(says.Of); err != nil {
				return err
			}
			continue
		}
		at.record = v.record(text, v.says)
		var err error
		if utf8.Valid(raw) {
			err = do(at, raw)
		} else { // which the decoder would mend in silence
			err = v.refuse(at, "", notUTF8)
		}
		if err != nil {
			return err
		}
	}
	if v.list {
		_, err := v.dec.Token()
		return err
	}
	return nil
}

// says is the object that says from which file values are.
func (v *valueReader) says() []byte { return refused{Of: v.origin()}.text() }

// passOver passes over what stands before the next object that begins a line; goesOn
// says that there is one.
func (v *valueReader) passOver(p *dataset.Problem) (goesOn bool, err error) {
	end := -1
	for piece := make([]byte, tapePiece); ; {
		if i := bytes.Index(v.tape.kept, []byte("\n{")); i >= 0 {
			end = i + 1
			break
		}
		if _, err := v.tape.Read(piece); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return false, whyBroken(v.reading, place{}, err)
		}
	}
	if goesOn = end >= 0; !goesOn {
		end = len(v.tape.kept)
	}
	text := bytes.Clone(bytes.TrimRight(v.tape.kept[:end], " \t\r\n"))
	v.tape.forget(v.tape.mark + int64(end))
	v.again()
	p.Record = v.record(text, v.says)
	return goesOn, v.lost(place{line: p.Line, column: p.Column, record: p.Record}, text, p)
}

// jsonBroken tells why a file of JSON cannot be read any further.
func jsonBroken(r *reading, t *tape, dec *json.Decoder, err error) error {
	at := t.at(dec.InputOffset())
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = t.at(syntax.Offset - 1)
	}
	return whyBroken(r, at, err)
}

func whyBroken(r *reading, at place, err error) error {
	var p *dataset.Problem
	var long errTooLong
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &p) || errors.Is(err, errStopped):
		return err
	case errors.As(err, &long):
		return r.problem(place{line: long.line}, "", "%s", long)
	case errors.As(err, &syntax):
		return r.problem(at, "", "it is no JSON: %s", syntax)
	case errors.As(err, &kind):
		return r.problem(at, "", "it cannot be read: %.60s", jsonFlaw(err))
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return r.problem(at, "", "the file ends too early")
	}
	return err
}

// jsonFlaw says in the words of JSON why an object is not what it should be.
func jsonFlaw(err error) string {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		field := kind.Field
		if field == "" {
			field = "it"
		}
		return fmt.Sprintf("%s cannot be %s", field, kind.Value)
	}
	return err.Error()
}
