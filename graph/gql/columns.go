package gql

import "lianzhu/graph/gql/internal/plan"

// Columns says which fields need no noun, because a header or an item of a list
// tells them: by the type or the interface that has the field. What is not here
// is asked of the nouns.
var Columns = plan.Columns{
	"Entity": {
		"id": plan.EntityID, "key": plan.EntityKey, "kind": plan.EntityKind, "name": plan.EntityName, "rev": plan.EntityRev,
	},
	"Relation": {
		"id": plan.RelationID, "type": plan.RelationType, "symmetric": plan.RelationSymmetric, "source": plan.Source, "target": plan.Target,
		"modality": plan.RelationModality, "confidence": plan.Confidence, "validity": plan.Validity, "openEnded": plan.RelationOpenEnded,
		"rev": plan.RelationRev,
	},
	"InvestsIn":  {"amount": plan.Amount, "share": plan.Share},
	"Supplies":   {"volume": plan.Volume},
	"Confidence": {"score": plan.Score, "grade": plan.Grade},
	"Interval":   {"from": plan.ValidFrom, "to": plan.ValidTo, "current": plan.Current},
	"Quantity": {
		"raw": plan.FigureRaw, "value": plan.FigureValue, "min": plan.FigureMin, "max": plan.FigureMax, "unit": plan.FigureUnit,
		"per": plan.FigurePer, "approx": plan.FigureApprox,
	},
	"RelationConnection": {"nodes": plan.ItemRelation},
	"RelationEdge":       {"node": plan.ItemRelation, "peer": plan.ItemEntity},
	"Subgraph":           {"relations": plan.ItemRelation},
	"ReachableItem":      {"node": plan.ItemEntity, "depth": plan.ItemNumber, "path": plan.ItemPath},
	"Path":               {"length": plan.ItemNumber2, "hops": plan.ItemSteps},
	"Hop":                {"from": plan.ItemFrom, "to": plan.ItemEntity, "relation": plan.ItemRelation, "forward": plan.ItemForward},
	"SubgraphNode":       {"node": plan.ItemEntity, "depth": plan.ItemNumber, "hidden": plan.ItemNumber2},
}
