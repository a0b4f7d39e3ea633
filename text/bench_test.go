package text

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"lianzhu/graph"
)

// generatedNames makes n enterprises whose names are built as real ones are: a
// place, a made-up brand, a trade and a legal form, some with a short name and
// an English one.
func generatedNames(n int) []*graph.Entity {
	random := rand.New(rand.NewPCG(20231121, 1))
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	places := []string{"青岛", "济南", "郑州", "西安", "太原", "兰州", "西宁", "银川", "成都", "德阳", "洛阳", "山东", "陕西", "重庆", "陇南", "呼和浩特"}
	english := []string{"Qingdao", "Jinan", "Zhengzhou", "Xi'an", "Taiyuan", "Lanzhou", "Xining", "Yinchuan", "Chengdu", "Deyang", "Luoyang", "Shandong", "Shaanxi", "Chongqing", "Longnan", "Hohhot"}
	trades := []string{"机器人", "新能源", "化学", "机械", "物联科技", "汽车零部件", "生物", "光电", "轮胎", "食品", "农业", "互联网", "智能装备", "新材料"}
	forms := []string{"有限公司", "股份有限公司", "集团有限公司", "有限责任公司"}
	brand := []rune("海尔卡奥斯特变中航光宇通双星伊克达四方永济炼湾凯盛浩丰利和味道艾迪檬豆展诚蓝易氢动力普索纬华瑞鑫德信安泰恒远东升明")
	out := make([]*graph.Entity, n)
	for i := range out {
		place := random.IntN(len(places))
		name := string([]rune{brand[random.IntN(len(brand))], brand[random.IntN(len(brand))]})
		full := places[place] + name + pick(trades) + pick(forms)
		e := &graph.Entity{Key: graph.Key(fmt.Sprintf("enterprise:%d", i)), Kind: "ENTERPRISE",
			Names: []graph.Name{{Text: full, Lang: graph.ZH, Role: graph.Official}}}
		if i%4 == 0 {
			e.Names = append(e.Names, graph.Name{Text: name + pick(trades), Lang: graph.ZH, Role: graph.Short})
		}
		if i%4 == 1 {
			e.Names = append(e.Names, graph.Name{Text: english[place] + " " + Pinyin(name) + " Co., Ltd.", Lang: graph.EN, Role: graph.Translation})
		}
		out[i] = e
	}
	return out
}

var hundredThousand = sync.OnceValue(func() *memory { return newMemory(generatedNames(100_000)...) })

func BenchmarkFind(b *testing.B) {
	m := hundredThousand()
	for _, c := range []struct{ name, typed string }{
		{"1 character", "海"},
		{"2 characters", "青岛"},
		{"2 characters, rare", "奥檬"},
		{"3 characters", "机器人"},
		{"4 characters", "青岛海尔"},
		{"4 characters, nearly all", "有限公司"},
		{"6 characters", "物联科技有限"},
		{"6 characters, not there", "卡奥斯工业互"},
		{"2 words", "青岛 机械"},
		{"2 letters", "qi"},
		{"a place in pinyin", "qingdao"},
		{"pinyin", "qingdaohaier"},
		{"long pinyin", "qingdaohaierjixie"},
		{"4 initials", "qdhe"},
		{"6 initials", "qdhejx"},
		{"an English word", "haier"},
		{"pinyin with a slip", "kaaoxi"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var total int
			reads, opened := m.reads, m.opened
			for b.Loop() {
				r, err := Find(context.Background(), m, graph.SearchQuery{Text: c.typed, First: 20})
				if err != nil {
					b.Fatal(err)
				}
				total = r.Total
			}
			b.ReportMetric(float64(total), "hits")
			b.ReportMetric(float64(m.reads-reads)/float64(b.N), "entities/op")
			b.ReportMetric(float64(m.opened-opened)/float64(b.N), "lists/op")
		})
	}
}

func BenchmarkTerms(b *testing.B) {
	entities := generatedNames(1000)
	b.ReportAllocs()
	terms, i := 0, 0
	for b.Loop() {
		terms += len(Terms(entities[i%len(entities)]))
		i++
	}
	b.ReportMetric(float64(terms)/float64(b.N), "terms/op")
}

func BenchmarkFold(b *testing.B) {
	for _, s := range []string{"海尔卡奥斯物联科技有限公司", "ＣＯＳＭＯ Ｐlat", "Haier Smart Home Co., Ltd.", "lǒng nán"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fold(s)
			}
		})
	}
}
