package topology

import "lianzhu/graph"

// tag is what most filters ask of a relation, in two bytes. It stands beside
// every edge, so that a walk need not look at the relation's columns:
//
//	bits 15-8  code of the relation type
//	bit  7     derived
//	bits 6-5   modality
//	bit  4     timed: it has a validity, in the columns first and last
//	bit  3     graded: its confidence was given, in the column score
//	bit  2     open ended
//	bit  1     placed: it names places, in the column placeID
//	bit  0     worded: its days do not tell its dates, which only its document does
type tag uint16

const (
	tagWorded tag = 1 << iota
	tagPlaced
	tagOpenEnded
	tagGraded
	tagTimed
)

const (
	timedShift        = 4
	modalityShift     = 5
	tagDerived    tag = 1 << 7
	typeShift         = 8
)

// verdictShift leaves of a tag what a filter decides by: all but the last
// three bits.
const verdictShift = 3

// modalities in the order of their codes.
var modalities = [4]graph.Modality{graph.Asserted, graph.Planned, graph.Reported, graph.Negated}

// modalityCode is the code of m; ok is false where there is no such modality.
func modalityCode(m graph.Modality) (code uint8, ok bool) {
	for i, known := range modalities {
		if m == known {
			return uint8(i), true
		}
	}
	return 0, false
}

func (t tag) typ() uint8               { return uint8(t >> typeShift) }
func (t tag) modality() graph.Modality { return modalities[t>>modalityShift&3] }
func (t tag) has(bit tag) bool         { return t&bit != 0 }

// plainBits is what of a tag decides the score of a relation whose confidence
// was not given: modality and derivation.
const plainBits = 1<<(typeShift-modalityShift) - 1

// plainScores are these scores, by the plain bits of the tag.
func plainScores() (scores [plainBits + 1]float32) {
	for i := range scores {
		t := tag(i) << modalityShift
		r := graph.Relation{Modality: t.modality()}
		if t.has(tagDerived) {
			r.Derivation = &graph.Derivation{}
		}
		scores[i] = float32(r.Score())
	}
	return scores
}

func (t tag) plain() int { return int(t>>modalityShift) & plainBits }

// edgeKey orders the edges of an entity: by type, then by relation.
func edgeKey(t tag, r graph.RelationID) uint64 { return uint64(t>>typeShift)<<32 | uint64(r) }
