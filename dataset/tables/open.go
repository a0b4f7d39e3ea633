package tables

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// maxText bounds the text that is kept as the source's, in bytes.
const maxText = 16 << 20

// document is the text of a table that was begun to be read.
type document struct {
	name   string    // without folders
	in     io.Reader // all of it, as UTF-8 without a byte order mark
	text   *string   // all of it, where it is not too long
	sha256 string    // of its beginning, at most maxText
}

// open begins to read a text. A byte order mark tells the encoding, else what
// was named does; "" is UTF-8.
func open(in dataset.Input, encodingName string) (*document, error) {
	enc, err := encodingOf(encodingName)
	if err != nil {
		return nil, err
	}
	decoded := transform.NewReader(in.Reader, xunicode.BOMOverride(enc))
	head, err := io.ReadAll(io.LimitReader(decoded, maxText+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", in.Name, err)
	}
	sum := sha256.Sum256(head[:min(len(head), maxText)])
	d := &document{name: path.Base(strings.ReplaceAll(in.Name, `\`, "/")), sha256: hex.EncodeToString(sum[:])}
	d.in = bytes.NewReader(head)
	if len(head) <= maxText {
		text := storable(head)
		d.text = &text
		return d, nil
	}
	d.in = io.MultiReader(d.in, decoded)
	return d, nil
}

// encodingOf gives the decoder of an encoding; it passes UTF-8 as it is, so that
// what is not can be told where it stands.
func encodingOf(name string) (transform.Transformer, error) {
	switch strings.ToLower(strings.ReplaceAll(name, "-", "")) {
	case "", "utf8":
		return transform.Nop, nil
	case "gb18030", "gbk", "gb2312":
		return simplifiedchinese.GB18030.NewDecoder(), nil
	case "utf16", "utf16le":
		return decoder(xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM)), nil
	case "utf16be":
		return decoder(xunicode.UTF16(xunicode.BigEndian, xunicode.UseBOM)), nil
	}
	return nil, fmt.Errorf("there is no encoding %q; there are utf-8, gb18030 and utf-16", name)
}

func decoder(e encoding.Encoding) transform.Transformer { return e.NewDecoder() }

// storable is the text with a replacement for each byte and character that no
// source may hold, so that every other character stays where it was.
func storable(b []byte) string {
	s := string(b)
	if strings.IndexByte(s, 0) < 0 && strings.ToValidUTF8(s, "") == s {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == 0 {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// key is the key of the document as a source.
func (d *document) key() graph.Key {
	return graph.Key("source:" + slug(d.name) + "-" + d.sha256[:12])
}

// slug makes of a text what may stand in a key.
func slug(s string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, s), "-")
}

// evidence cites a part of a row.
func cite(source graph.Key, r *row, from, to int) graph.Evidence {
	start := r.at + runes(r.raw[:from])
	return graph.Evidence{Source: source, Start: start, End: start + runes(r.raw[from:to]), SHA256: hash(r.raw[from:to])}
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	var text [2 * sha256.Size]byte
	hex.Encode(text[:], sum[:])
	return string(text[:])
}

func runes(b []byte) int {
	for i, c := range b {
		if c >= 0x80 {
			return i + utf8.RuneCount(b[i:])
		}
	}
	return len(b)
}
