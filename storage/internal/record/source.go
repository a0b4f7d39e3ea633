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
	s := &graph.Source{Rev: w.Rev}
	if thawSource(payload[sourceHead:], s) {
		return s, nil
	}
	*s = graph.Source{Rev: w.Rev}
	return s, unpackSource(payload[sourceHead:], s)
}

// unpackSource has the library read the cold part of a source.
func unpackSource(b []byte, s *graph.Source) (err error) {
	var cold sourceV1
	if err := decoding.Unmarshal(b, &cold); err != nil {
		return err
	}
	s.Key, s.Title, s.TitleEN, s.Publisher = cold.Key, cold.Title, cold.TitleEN, cold.Publisher
	s.URL, s.License, s.Length, s.Editions = cold.URL, cold.License, cold.Length, cold.Editions
	if s.PublishedOn, err = graph.ParseDate(cold.PublishedOn); err != nil {
		return err
	}
	s.SHA256, err = unpackHash(cold.SHA256)
	return err
}
