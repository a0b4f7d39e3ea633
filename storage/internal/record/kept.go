package record

import (
	"encoding/binary"
	"fmt"

	"lianzhu/graph"
)

// The layout of a kept receipt, version 1.
const (
	keptDigest = 1  // 32 bytes
	keptRev    = 33 // 8 bytes
	keptHead   = 41 // then 13 bytes a change: its uid and what it did
	keptResult = 13
)

// What a change did.
const (
	didNothing = iota
	didCreate
	didChange
)

// AppendKept appends to dst what is kept of a batch that had an idempotency
// key: the digest of its changes and the receipt it was answered with.
func AppendKept(dst []byte, digest [32]byte, receipt graph.Receipt) []byte {
	dst = append(append(dst, version), digest[:]...)
	dst = binary.BigEndian.AppendUint64(dst, uint64(receipt.Rev))
	for _, r := range receipt.Results {
		did := byte(didNothing)
		switch {
		case r.Created:
			did = didCreate
		case r.Changed:
			did = didChange
		}
		dst = append(append(dst, r.UID[:]...), did)
	}
	return dst
}

// DecodeKept reads what AppendKept wrote.
func DecodeKept(payload []byte) (digest [32]byte, receipt graph.Receipt, err error) {
	if err := checkHead(payload, keptHead); err != nil {
		return digest, receipt, err
	}
	rest := payload[keptHead:]
	if len(rest)%keptResult != 0 {
		return digest, receipt, fmt.Errorf("its results take %d bytes, which is no multiple of %d", len(rest), keptResult)
	}
	receipt.Rev = graph.Rev(binary.BigEndian.Uint64(payload[keptRev:]))
	receipt.Results = make([]graph.Result, len(rest)/keptResult)
	for i := range receipt.Results {
		b := rest[i*keptResult:]
		did := b[12]
		if did > didChange {
			return digest, receipt, fmt.Errorf("a result has the code %d, which is not listed", did)
		}
		receipt.Results[i] = graph.Result{UID: graph.UID(b[:12]), Created: did == didCreate, Changed: did == didChange}
	}
	return [32]byte(payload[keptDigest:keptRev]), receipt, nil
}
