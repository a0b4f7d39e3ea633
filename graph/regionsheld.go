package graph

import "encoding/json"

// heldLook is how many entries of the log are looked at before the hierarchy is
// rather read anew.
const heldLook = 512

// HeldSince tells whether g, which was read at the revision since, is the
// hierarchy that r sees as well: nothing written since is a region or says
// what one is part of. Where much was written it does not look and says no.
func (g *Regions) HeldSince(r Reader, since Rev) (bool, error) {
	entries, err := r.Log(LogPos{Rev: since + 1}, heldLook)
	if err != nil || len(entries) == heldLook || since > r.Rev() {
		return false, err
	}
	for i := range entries {
		if touchesRegions(entries[i].Before) || touchesRegions(entries[i].After) {
			return false, nil
		}
	}
	return true, nil
}

// touchesRegions tells whether a document of the log is a region or a relation
// of the type that joins regions.
func touchesRegions(document []byte) bool {
	if len(document) == 0 {
		return false
	}
	var doc struct {
		Kind Kind         `json:"kind"`
		Type RelationType `json:"type"`
	}
	return json.Unmarshal(document, &doc) != nil || doc.Kind == KindRegion || doc.Type == PartOf
}
