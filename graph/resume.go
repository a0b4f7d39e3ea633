package graph

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
)

// MaxResume bounds a resume token in characters. A walk whose state is larger
// gives none and says so ([Completeness].NoResume): it would not go on exactly
// where it stopped if something were left out. It is room for some ten thousand
// entities that were met.
const MaxResume = 64 << 10

// Signer makes and reads the tokens by which a walk goes on that a bound has
// stopped. The graph keeps nothing between two questions: all that is to be
// known stands in the token, so it is signed. A token belongs to one question
// and to one revision. Several servers that share a key read each other's.
type Signer struct{ key [32]byte }

// NewSigner makes a Signer of a secret key.
func NewSigner(key [32]byte) *Signer { return &Signer{key} }

// question is what a token belongs to.
type question struct {
	kind   byte
	digest [digestSize]byte
	rev    Rev
}

// The kinds of tokens, and what each begins and ends with: a version, the kind,
// the digest of the question and the revision; then the state of the walk; then
// the signature.
const (
	tokenVersion  = 2
	tokenSubgraph = 'g'
	tokenReach    = 'r'
	tokenPaths    = 'p'

	digestSize    = 16
	signatureSize = 16
)

var tokenText = base64.RawURLEncoding.Strict()

// ask makes the question that asked, the part of a query which decides what the
// answer is, stands for.
func ask(kind byte, rev Rev, asked any) (question, error) {
	text, err := json.Marshal(asked)
	if err != nil {
		return question{}, invalid("resume", "", "the question cannot be written down: "+err.Error())
	}
	q := question{kind: kind, rev: rev}
	sum := sha256.Sum256(text)
	copy(q.digest[:], sum[:])
	return q, nil
}

// seal makes the token of a state, or tells why there can be none.
func (s *Signer) seal(q question, state []byte) (token, problem string) {
	b := append([]byte{tokenVersion, q.kind}, q.digest[:]...)
	b = binary.AppendUvarint(b, uint64(q.rev))
	b = append(b, state...)
	b = append(b, s.sign(b)...)
	if n := tokenText.EncodedLen(len(b)); n > MaxResume {
		return "", fmt.Sprintf("the walk cannot be resumed: its state takes %d characters, and a token holds %d; ask for less at once", n, MaxResume)
	}
	return tokenText.EncodeToString(b), ""
}

func (s *Signer) sign(b []byte) []byte {
	mac := hmac.New(sha256.New, s.key[:])
	mac.Write(b)
	return mac.Sum(nil)[:signatureSize]
}

// open gives the state in a token, or says why it does not serve for q.
func (s *Signer) open(q question, token string) ([]byte, error) {
	if s == nil {
		return nil, invalid("resume", "", "tokens are not accepted here; ask without one")
	}
	b, err := tokenText.DecodeString(token)
	end := len(b) - signatureSize
	if len(token) > MaxResume || err != nil || end < 2+digestSize || !hmac.Equal(b[end:], s.sign(b[:end])) || b[0] != tokenVersion {
		return nil, damagedToken()
	}
	if b[1] != q.kind || [digestSize]byte(b[2:]) != q.digest {
		return nil, invalid("resume", "", "the token belongs to another question; repeat the one that it came with, unchanged")
	}
	rev, n := binary.Uvarint(b[2+digestSize : end])
	if n <= 0 {
		return nil, damagedToken()
	}
	if Rev(rev) != q.rev {
		return nil, &Error{Code: CodeConflict, Op: "resume", Index: -1,
			Detail: fmt.Sprintf("the token is of revision %d and the graph is at revision %d; ask anew, without a token", rev, q.rev)}
	}
	return b[2+digestSize+n : end], nil
}

func damagedToken() error {
	return invalid("resume", "", "the token is damaged or was made with another key; ask anew, without a token")
}

// packer writes the state of a walk.
type packer []byte

func (p *packer) number(n uint64) { *p = binary.AppendUvarint(*p, n) }

// ascending writes sorted ids by their differences.
func (p *packer) ascending(ids []EntityID) {
	p.number(uint64(len(ids)))
	last := EntityID(0)
	for _, id := range ids {
		p.number(uint64(id - last))
		last = id
	}
}

func (p *packer) spot(s spot) {
	p.number(uint64(s.index))
	p.number(uint64(s.followed))
	p.number(uint64(s.after.Relation))
	p.number(uint64(len(s.after.Type)))
	*p = append(*p, s.after.Type...)
}

// earlier writes whether a page so far has left out a hub: no later page makes
// that good, so none may say that the walk saw everything.
func (p *packer) earlier(done *Completeness) {
	hub := uint64(0)
	if slices.Contains(done.Reasons, StopHub) {
		hub = 1
	}
	p.number(hub)
}

// unpacker reads it. What is not as a packer writes it is bad, and all that is
// read after that is zero.
type unpacker struct {
	rest []byte
	bad  bool
}

// number reads a number of at most most.
func (u *unpacker) number(most uint64) uint64 {
	v, n := binary.Uvarint(u.rest)
	if n <= 0 || v > most {
		u.bad, u.rest = true, nil
		return 0
	}
	u.rest = u.rest[n:]
	return v
}

// earlier notes what the pages before have left out.
func (u *unpacker) earlier(done *Completeness) {
	if u.number(1) == 1 {
		done.stop(StopHub)
	}
}

// count reads how many things follow, each of at least one byte.
func (u *unpacker) count() int {
	n := u.number(uint64(len(u.rest)))
	if n > uint64(len(u.rest)) {
		u.bad, u.rest = true, nil
		return 0
	}
	return int(n)
}

const maxID = 1<<32 - 1

func (u *unpacker) ascending() []EntityID {
	ids := make([]EntityID, 0, u.count())
	last := uint64(0)
	for range cap(ids) {
		step := u.number(maxID - last)
		if step == 0 {
			u.bad = true
		}
		last += step
		ids = append(ids, EntityID(last))
	}
	return ids
}

// spot reads a place in a frontier of n entities.
func (u *unpacker) spot(n int) spot {
	s := spot{index: int(u.number(uint64(n))), followed: int(u.number(maxID))}
	s.after.Relation = RelationID(u.number(maxID))
	size := u.count()
	s.after.Type = RelationType(slices.Clone(u.rest[:size]))
	u.rest = u.rest[size:]
	return s
}

// end wants everything to have been read, and well.
func (u *unpacker) end() error {
	if u.bad || len(u.rest) > 0 {
		return damagedToken()
	}
	return nil
}
