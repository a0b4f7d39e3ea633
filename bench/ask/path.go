package ask

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lianzhu/bench/plain"
)

// path asks about pairs that a plain search ties within its bounds.
func (c *chooser) path() Question {
	q := Question{Name: "Q4", Query: pathQuery, Loop: true}
	for tries := 0; len(q.Asked) < 64 && tries < 4096; tries++ {
		a, b := c.firm(), c.firm()
		if a == b {
			continue
		}
		if _, cut := c.p.Path(nil, a, b, pathDepth); cut {
			continue
		}
		q.Asked = append(q.Asked, Asked{
			Variables: map[string]any{"a": string(c.p.G.Key(a)), "b": string(c.p.G.Key(b))},
			Answer:    func(to []byte) []byte { to, _ = c.p.Path(to, a, b, pathDepth); return to },
			Check:     func(data []byte) error { return c.checkPath(a, b, data) },
		})
	}
	return q
}

type pathAnswer struct {
	Paths struct {
		Paths []struct {
			Length int
			Hops   []struct {
				From, To struct{ Key, Name string }
				Relation struct{ ID, Type string }
				Forward  bool
			}
		}
		Completeness struct {
			Complete bool
			Reasons  []string
		}
	}
}

// checkPath wants a path of relations that are there, and none that is longer
// than it need be: which one of several a search finds, and whether it finds one
// that only a hub makes short, is its own affair as long as it tells of the hub.
func (c *chooser) checkPath(a, b uint32, data []byte) error {
	var answer pathAnswer
	if err := json.Unmarshal(data, &answer); err != nil {
		return err
	}
	shortest, surely := c.p.Distance(a, b, pathDepth, false), c.p.Distance(a, b, pathDepth, true)
	done, paths := answer.Paths.Completeness, answer.Paths.Paths
	if done.Complete != (len(done.Reasons) == 0) {
		return errors.New("it is complete for a reason")
	}
	if len(paths) == 0 {
		cut := slices.ContainsFunc(done.Reasons, func(r string) bool { return r == "EDGES" || r == "NODES" || r == "TIME" })
		if surely != plain.Far && !cut || done.Complete && shortest != plain.Far {
			return fmt.Errorf("no path was found where one of %d relations is", surely)
		}
		return nil
	}
	path := paths[0]
	switch {
	case len(paths) != 1 || path.Length != len(path.Hops):
		return fmt.Errorf("%d paths, the first of %d and of %d relations", len(paths), path.Length, len(path.Hops))
	case path.Length < shortest || path.Length > surely || done.Complete && path.Length != shortest:
		return fmt.Errorf("a path of %d relations was found; the shortest has %d, and the shortest that is found in any case %d", path.Length, shortest, surely)
	}
	at := string(c.p.G.Key(a))
	for i, hop := range path.Hops {
		if hop.From.Key != at || strings.HasPrefix(hop.From.Key, "region:") {
			return fmt.Errorf("hop %d goes from %s and not from %s", i, hop.From.Key, at)
		}
		if !c.p.Joins(hop.Relation.ID, hop.From.Key, hop.To.Key, hop.Forward) {
			return fmt.Errorf("there is no relation %s from %s to %s", hop.Relation.ID, hop.From.Key, hop.To.Key)
		}
		at = hop.To.Key
	}
	if at != string(c.p.G.Key(b)) {
		return fmt.Errorf("it ends at %s", at)
	}
	return nil
}
