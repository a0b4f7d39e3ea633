package desk

import "lianzhu/graph"

// shape says where the ends of a relation stand about its cue.
type shape uint8

const (
	forward  shape = iota // the source before the cue, the target behind it
	backward              // the target before, the source behind: 甲旗下的乙
	between               // both before, 与 or the like between them: 甲与乙共建
	placed                // the source before; the region behind the cue, or before it
	titled                // the source before; the target before the cue as well: 甲被认定为某产业链“链主”
)

// cue is a word that tells of relations: of the first of its types whose ends
// are there.
type cue struct {
	words []string
	shape shape
	types []graph.RelationType
}

// cues are tried at each place in this order, so longer words come first.
func cues() []cue {
	return []cue{
		{[]string{"复制推广", "复制落地", "推广", "复制"}, placed, []graph.RelationType{"REPLICATED_IN"}},
		{[]string{"投资建设", "投资", "出资", "入股"}, forward, []graph.RelationType{"INVESTS_IN"}},
		{[]string{"联合研发", "共同研发", "共同开发", "联合攻关", "共同实施", "共建", "共同建设", "合作", "签约", "签署"}, between, []graph.RelationType{"CO_DEVELOPS_WITH"}},
		{[]string{"供应", "供货", "销售给", "供给"}, forward, []graph.RelationType{"SUPPLIES"}},
		{[]string{"生产", "加工", "加工生产"}, forward, []graph.RelationType{"SUPPLIES"}},
		{[]string{"采购", "收购", "采购自"}, backward, []graph.RelationType{"SUPPLIES"}},
		{[]string{"落户", "入驻", "落地", "位于", "坐落", "诞生于", "总部设在"}, placed, []graph.RelationType{"LOCATED_IN", "REPLICATED_IN"}},
		{[]string{"链主"}, titled, []graph.RelationType{"CHAIN_LEADER_OF"}},
		{[]string{"旗下", "下属"}, backward, []graph.RelationType{"SUBSIDIARY_OF", "OPERATES"}},
		{[]string{"隶属", "控股子公司"}, forward, []graph.RelationType{"SUBSIDIARY_OF"}},
		{[]string{"加入", "成为"}, forward, []graph.RelationType{"MEMBER_OF", "PARTICIPATES_IN"}},
		{[]string{"参与", "入选", "承担", "蝉联", "参加", "实施", "争创", "创建", "位列", "推进", "推行", "深化", "落实", "组建", "制定", "提出"}, forward, []graph.RelationType{"PARTICIPATES_IN", "MEMBER_OF"}},
		{[]string{"建成", "建设", "打造", "运营", "开发", "构建", "拥有", "推出", "搭建"}, forward, []graph.RelationType{"OPERATES", "PARTICIPATES_IN"}},
		{[]string{"支持", "支援", "赋能", "帮助", "服务", "助力", "培育"}, forward, []graph.RelationType{"SUPPORTS"}},
	}
}

// announcing are words before a cue by which what it tells is still to come.
func announcing() []string {
	return []string{"将", "拟", "下一步", "即将", "力争", "有望", "争创"}
}

// denying are words directly before a cue that deny what it tells.
func denying() []string { return []string{"未", "没有", "并未", "尚未", "否认"} }
