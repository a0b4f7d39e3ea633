package storagetest

import "lianzhu/graph"

// Ontology is a small one that holds whatever the rules tell apart: a symmetric
// type, one that runs between regions, and types with fields of their own.
func Ontology() *graph.Ontology {
	kinds := []graph.KindDef{
		{Kind: "ENTERPRISE", ZH: "企业", EN: "enterprise"},
		{Kind: "REGION", ZH: "地区", EN: "region"},
		{Kind: "PROGRAM", ZH: "计划", EN: "program"},
		{Kind: "PRODUCT", ZH: "产品", EN: "product"},
		{Kind: "INDUSTRY_CHAIN", ZH: "产业链", EN: "industry chain"},
	}
	relations := []graph.RelationDef{
		{Type: "INVESTS_IN", From: []graph.Kind{"ENTERPRISE", "REGION"}, To: []graph.Kind{"ENTERPRISE", "REGION"},
			ZH: "投资", EN: "invests in", ZHInverse: "获投资于", ENInverse: "has investor"},
		{Type: "CO_DEVELOPS_WITH", From: []graph.Kind{"ENTERPRISE"}, To: []graph.Kind{"ENTERPRISE"}, Symmetric: true,
			ZH: "共同研发", EN: "co-develops with"},
		{Type: "SUPPLIES", From: []graph.Kind{"ENTERPRISE", "PRODUCT"}, To: []graph.Kind{"ENTERPRISE", "PRODUCT"},
			ZH: "供应", EN: "supplies"},
		{Type: "CHAIN_LEADER_OF", From: []graph.Kind{"ENTERPRISE"}, To: []graph.Kind{"INDUSTRY_CHAIN"},
			ZH: "链主", EN: "is chain leader of"},
		{Type: "LOCATED_IN", From: []graph.Kind{"ENTERPRISE"}, To: []graph.Kind{"REGION"}, ZH: "位于", EN: "is located in"},
		{Type: "PART_OF", From: []graph.Kind{"REGION", "PROGRAM", "PRODUCT"}, To: []graph.Kind{"REGION", "PROGRAM", "PRODUCT"},
			ZH: "属于", EN: "is part of"},
	}
	return graph.NewOntology(kinds, relations, graph.Rule{
		Conclusion: "INVESTS_IN", Middle: "ENTERPRISE", First: graph.Leg{Type: "INVESTS_IN", At: graph.In},
		Second: graph.Leg{Type: graph.LocatedIn, At: graph.Out}, ZH: "投资企业即投资所在地", EN: "who invests in a firm invests where it stands"})
}
