package bolt

import (
	"errors"

	"lianzhu/storage/internal/record"
)

// terms writes the lists of the search terms. They are most of what is left to
// do when all lines were read, so that one goroutine merges them and another puts
// what the first has made.
func (s *settler) terms() error {
	made, failed := make(chan *parcel, parcelsAhead), make(chan error, 1)
	over := make(chan struct{})
	go func() {
		defer close(made)
		failed <- guarded(func() error { return s.mergeTerms(made, over) })
	}()
	err := guarded(func() error {
		for p := range made {
			if err := p.each(func(key, value []byte) error { return s.fill.put(bTerms, key, value) }); err != nil {
				return err
			}
		}
		return nil
	})
	close(over)
	return errors.Join(err, <-failed)
}

// errNotWanted ends the making of parcels of which one could not be put.
var errNotWanted = errors.New("what follows is not wanted")

// mergeTerms makes the chunks of all terms, in the order of their keys, and sends
// them in parcels until over is closed.
func (s *settler) mergeTerms(to chan<- *parcel, over <-chan struct{}) error {
	p := &parcel{}
	send := func() error {
		select {
		case to <- p:
			p = &parcel{}
			return nil
		case <-over:
			return errNotWanted
		}
	}
	err := s.index.lists.Each(func(term []byte, numbers []uint32) error {
		if err := s.step(len(numbers)); err != nil {
			return err
		}
		p.addTerm(term, numbers)
		if len(p.bytes) < parcelBytes {
			return nil
		}
		return send()
	})
	if err == nil && len(p.sizes) > 0 {
		err = send()
	}
	if errors.Is(err, errNotWanted) {
		return nil // the error that is the reason is told
	}
	return err
}

// Parcels are of about so many bytes, and so many wait.
const (
	parcelBytes  = 256 << 10
	parcelsAhead = 4
)

// parcel is keys and values on their way to the file.
type parcel struct {
	bytes []byte
	sizes []elementSizes
}

// each calls put for every pair, in order.
func (p *parcel) each(put func(key, value []byte) error) error {
	rest := p.bytes
	for _, size := range p.sizes {
		end := size.key + size.value
		if err := put(rest[:size.key:size.key], rest[size.key:end:end]); err != nil {
			return err
		}
		rest = rest[end:]
	}
	return nil
}

// addTerm adds the chunks of a term.
func (p *parcel) addTerm(term []byte, numbers []uint32) {
	total := len(numbers)
	for from := uint32(0); len(numbers) > 0; {
		n := fitting(numbers)
		begin := len(p.bytes)
		p.bytes = append(append(p.bytes, byte(len(term))), term...)
		p.bytes = appendKey32(p.bytes, from)
		key := len(p.bytes) - begin
		p.bytes = append(p.bytes, make([]byte, record.FrameSize)...)
		p.bytes = appendTerms(p.bytes, numbers[:n], from == 0, total)
		p.sizes = append(p.sizes, elementSizes{uint32(key), uint32(len(p.bytes) - begin - key)})
		if numbers = numbers[n:]; len(numbers) > 0 {
			from = numbers[0]
		}
	}
}
