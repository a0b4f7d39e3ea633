package gen

import "unicode/utf8"

// Syllables of which names are composed.
var (
	heads  = []rune("云朔岚沅汀澄梧桐霁峦泽浔洛湛溪沧岭枫棠芷荻萱苓蘅茵菱荷葭蓼莲芦")
	tails  = []rune("川岭原溪泉湾浦洲亭台阳阴陵丘坪屿港桥渡堡集营寨店坝塘垣峪岗甸滩")
	brands = []rune("瑞晟恒鑫弘毅祥博宏达智创远航卓越锦程嘉禾凯旋腾骏启明朗润盛和谐泰兴隆裕华景星辰光辉耀灿坤乾浩瀚广宇信诚德馨雅致臻品优佳美善纯真康宁安顺福禄寿喜庆吉")
	trades = []string{"电子", "机械", "化工", "纺织", "食品", "医药", "材料", "能源", "物流", "船舶", "汽车", "钢铁", "矿业", "建材", "环保", "软件", "仪器", "农业", "酒业", "家具"}
	fields = []string{"新型能源", "智能制造", "生物工程", "精密仪器", "高端装备", "工业软件"}
)

// Name is the official name of an entity.
func (g *Graph) Name(entity uint32) string { return string(g.AppendName(nil, entity)) }

// AppendName appends the official name of an entity to b.
func (g *Graph) AppendName(b []byte, entity uint32) []byte {
	r := at(g.Seed, 'n', int(entity))
	switch g.ClassOf(entity) {
	case Region:
		return append(g.appendPlace(b, entity), g.levelWord(entity)...)
	case Product:
		return append(appendBrand(b, &r, 2), pick(&r, trades)+"制品"...)
	case Chain:
		return append(appendBrand(b, &r, 2), pick(&r, trades)+"产业链"...)
	case Program:
		return append(appendBrand(b, &r, 2), "协同行动计划"...)
	case Group:
		return append(appendBrand(b, &r, 2), pick(&r, trades)+"产业联盟"...)
	case Platform:
		return append(appendBrand(b, &r, 3), "工业互联网平台"...)
	case Institution:
		return append(appendBrand(g.appendPlace(b, g.Above(g.seat[entity])), &r, 2), "研究院"...)
	case Project:
		return append(appendBrand(g.appendPlace(b, g.Above(g.seat[entity])), &r, 2), pick(&r, trades)+"基地"...)
	}
	return g.appendFirm(b, entity, &r)
}

// appendFirm appends the name of an enterprise: two to twelve characters, most
// often eight to eleven.
func (g *Graph) appendFirm(b []byte, entity uint32, r *rng) []byte {
	long := r.below(2)
	switch n := r.below(100); {
	case n < 4:
		return appendBrand(b, r, 2+long)
	case n < 22:
		return append(appendBrand(b, r, 2+long), pick(r, trades)...)
	case n < 40:
		return append(append(appendBrand(b, r, 2+long), pick(r, trades)...), "公司"...)
	case n < 45:
		b = appendBrand(g.appendPlace(b, g.Above(g.seat[entity])), r, 2)
		return append(append(b, pick(r, fields)...), "股份公司"...)
	}
	b = appendBrand(g.appendPlace(b, g.Above(g.seat[entity])), r, 2+long)
	b = append(b, pick(r, trades)...)
	return append(b, [4]string{"公司", "集团", "有限公司", "股份公司"}[r.below(4)]...)
}

// Short is the short name of an enterprise, or "" where it has none: its
// official name without place and legal form.
func (g *Graph) Short(entity uint32) string {
	name := g.Name(entity)
	if g.ClassOf(entity) != Enterprise || utf8.RuneCountInString(name) < 8 || at(g.Seed, 's', int(entity)).state%5 < 3 {
		return ""
	}
	runes := []rune(name)
	return string(runes[2:6])
}

// appendPlace appends the two characters by which a region is called.
func (g *Graph) appendPlace(b []byte, region uint32) []byte {
	i := int(region)
	b = utf8.AppendRune(b, heads[i%len(heads)])
	return utf8.AppendRune(b, tails[(i/len(heads)+i)%len(tails)])
}

func (g *Graph) levelWord(region uint32) string {
	prefecture, county := g.tree.prefectures()
	switch {
	case region < prefecture:
		return "省"
	case region < county:
		return "市"
	}
	return "县"
}

func appendBrand(b []byte, r *rng, n int) []byte {
	for range n {
		b = utf8.AppendRune(b, brands[r.below(len(brands))])
	}
	return b
}

func pick(r *rng, list []string) string { return list[r.below(len(list))] }
