package topology

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"testing"

	"lianzhu/graph"
)

// fuzzOntology has a symmetric type, one among regions and one more.
func fuzzOntology() *graph.Ontology {
	kinds := []graph.KindDef{{Kind: "ENTERPRISE"}, {Kind: graph.KindRegion}}
	all := []graph.Kind{"ENTERPRISE", graph.KindRegion}
	return graph.NewOntology(kinds, []graph.RelationDef{
		{Type: "CO_DEVELOPS_WITH", Symmetric: true, From: all, To: all},
		{Type: graph.PartOf, From: all, To: all}, {Type: "SUPPLIES", From: all, To: all},
	})
}

// fuzzSeed is a file of a small graph in which every column has something.
func fuzzSeed(t testing.TB) []byte {
	v, err := newVocabulary(fuzzOntology())
	if err != nil {
		t.Fatal(err)
	}
	d := newDraft(v, 8, 8)
	for id := graph.EntityID(1); id <= 8; id++ {
		e := entity{kind: uint8(1 + id%2), region: uint32(id) * 100, uid: short{byte(id)}, rev: 2, key: "k", zh: "名", en: "name", shown: "ming"}
		if err := d.addEntity(id, e); err != nil {
			t.Fatal(err)
		}
	}
	for id := graph.RelationID(1); id <= 12; id++ {
		w := row{source: graph.EntityID(1 + id%8), target: graph.EntityID(1 + (id*3+1)%8), rev: 3}
		if w.source == w.target {
			continue
		}
		w.tag = tag(id%3)<<typeShift | tag(id%4)<<modalityShift | tag(id)&0x1f
		w.first, w.last, w.by, w.since, w.score, w.uid = 1, 2, 1, 2, 0.5, short{byte(id)}
		if id%4 == 0 {
			w.figure = &Figure{Value: 1, HasValue: true, Exact: true, Unit: "t"}
		}
		if err := d.addRelation(id, &w); err != nil {
			t.Fatal(err)
		}
	}
	b, err := d.finish()
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := newSnapshot(b, 3, origin{1}).Write(&file); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// FuzzParse reads bytes as a file: as they are, and with all checksums made
// right, so that what lies behind them is reached. Whatever is accepted must
// bear every walk.
func FuzzParse(f *testing.F) {
	seed := fuzzSeed(f)
	f.Add(seed)
	for _, at := range []int{30, 200, 2000, len(seed) / 2, len(seed) - 3} {
		bad := bytes.Clone(seed)
		bad[at] ^= 0x11
		f.Add(bad)
	}
	o := fuzzOntology()
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, file := range [][]byte{data, resealed(bytes.Clone(data))} {
			if s, err := parse(file, o, (*base).verify, true); err == nil {
				walkEverything(t, s)
			}
		}
	})
}

// resealed gives data the checksums that it should have.
func resealed(data []byte) []byte {
	const fixed = len(magic) + 8
	if len(data) < fixed+4 {
		return data
	}
	n := int(binary.LittleEndian.Uint32(data[len(magic)+4:]))
	if n > len(data)-fixed-4 {
		return data
	}
	var h head
	if json.Unmarshal(data[fixed:fixed+n], &h) != nil {
		return data
	}
	body := data[min(len(data), fixed+n+4+padding(fixed+n+4)):]
	for i := range h.Sections {
		s := &h.Sections[i]
		if s.Offset <= uint64(len(body)) && s.Bytes <= uint64(len(body))-s.Offset {
			s.CRC = crc32.Checksum(body[s.Offset:s.Offset+s.Bytes], castagnoli)
		}
	}
	text, err := json.Marshal(h)
	if err != nil {
		return data
	}
	out := append([]byte(nil), data[:len(magic)+4]...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(text)))
	out = append(out, text...)
	out = binary.LittleEndian.AppendUint32(out, crc32.Checksum(out, castagnoli))
	out = append(out, make([]byte, padding(len(out)))...)
	return append(out, body...)
}

// walkEverything uses all of a snapshot.
func walkEverything(t *testing.T, s *Snapshot) {
	f, err := s.Filter(Where{Modality: modalities[:], IncludeDerived: true, MinScore: 0.1, ValidAt: graph.MustDate("2020")})
	if err != nil {
		t.Fatal(err)
	}
	w := s.Walk()
	defer w.Release()
	ctx := context.Background()
	q := Query{Direction: graph.Both, Filter: f}
	for id := graph.EntityID(0); id <= s.LastEntity(); id++ {
		s.Kind(id)
		s.EntityHeader(id)
		for range s.Edges(id, graph.Both, f) {
		}
		if _, err := w.Subgraph(ctx, q, id); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Path(ctx, q, id, s.LastEntity()); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Common(ctx, q, id, 1); err != nil {
			t.Fatal(err)
		}
	}
	for id := graph.RelationID(0); id <= s.LastRelation(); id++ {
		s.Relation(id)
		s.Figure(id)
		s.RelationHeader(id)
	}
	if _, err := s.Compact(ctx); err != nil {
		t.Fatal(err)
	}
}
