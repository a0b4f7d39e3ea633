package record

import "lianzhu/graph"

// The head of a source, version 1.
const (
	sourceWritten = 4 // after 3 bytes that are 0: 8 bytes revision, 4 index, 4 number of entries
	sourceHead    = 20
)

// WrittenOfSource reads from the head of a source when it was last written.
func WrittenOfSource(payload []byte) (Written, error) {
	if err := checkHead(payload, sourceHead); err != nil {
		return Written{}, err
	}
	return writtenAt(payload[sourceWritten:]), nil
}

// AppendSource appends the record of s to dst.
func AppendSource(dst []byte, s *graph.Source, w Written) ([]byte, error) {
	begin := len(dst)
	dst, err := appendSourceCold(append(dst, make([]byte, sourceHead)...), s)
	if err != nil {
		return nil, err
	}
	dst[begin] = version
	putWritten(dst[begin+sourceWritten:], w)
	return dst, nil
}

// DecodeSource reads a whole record.
func DecodeSource(payload []byte) (*graph.Source, error) {
	w, err := WrittenOfSource(payload)
	if err != nil {
		return nil, err
	}
	var cold sourceV1
	if err := decoding.Unmarshal(payload[sourceHead:], &cold); err != nil {
		return nil, err
	}
	published, err := graph.ParseDate(cold.PublishedOn)
	if err != nil {
		return nil, err
	}
	sum, err := unpackHash(cold.SHA256)
	return &graph.Source{
		Key: cold.Key, Title: cold.Title, TitleEN: cold.TitleEN, Publisher: cold.Publisher, PublishedOn: published,
		URL: cold.URL, License: cold.License, SHA256: sum, Length: cold.Length, Editions: cold.Editions, Rev: w.Rev,
	}, err
}
