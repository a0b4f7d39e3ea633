package graph_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lianzhu/graph"
)

// TestSubgraphsInPages walks in pages of every size, some of them ended by the
// clock. Together they hold what a walk without bounds does, each entity at its
// depth, and each page is closed.
func TestSubgraphsInPages(t *testing.T) {
	pages, late := 0, 0
	eachCrowd(t, graphs(t, 400), func(s *stage, c *crowd, w *twin) {
		for range 4 {
			q := randomWalk(c.Rand, w, newFilters(s, c))
			if !s.accepts(q.Where) {
				continue
			}
			q.Signer = signer
			if q.Bounds.Depth = 1 + c.IntN(8); c.IntN(3) == 0 {
				q.Bounds.Degree = 1 + c.IntN(4)
			}
			whole := s.mustWalk(q)
			nodes, relations := map[graph.EntityID]int{}, map[graph.RelationID]bool{}
			var hubs []graph.HubSkip
			for {
				q.Bounds.Nodes, q.Bounds.Edges, q.Bounds.Budget = 1+c.IntN(4), 1+c.IntN(6), 0
				if c.IntN(4) == 0 {
					q.Bounds.Budget, q.Now = time.Minute, ticking(c.IntN(3))
				}
				page := s.mustWalk(q)
				s.closedPage(q, page)
				for _, n := range page.Nodes {
					if depth, met := nodes[n.Entity.ID]; met && depth != n.Depth {
						s.Fatalf("%+v\n%d is at %d and at %d", q, n.Entity.ID, depth, n.Depth)
					}
					nodes[n.Entity.ID] = n.Depth
				}
				for _, r := range page.Relations {
					relations[r.ID] = true
				}
				hubs = append(hubs, page.SkippedHubs...)
				if pages++; slices.Contains(page.Reasons, graph.StopTime) {
					late++
				}
				if q.Resume = page.Resume; q.Resume == "" {
					break
				}
			}
			s.sameSubgraph(q, whole, nodes, relations)
			if !slices.Equal(hubs, whole.SkippedHubs) {
				s.Fatalf("%+v\nhubs in pages: %v\n        whole: %v", q, hubs, whole.SkippedHubs)
			}
		}
	})
	if late == 0 {
		t.Error("the clock ended no page")
	}
	t.Logf("%d pages, %d of them ended by the clock", pages, late)
}

func (s *stage) sameSubgraph(q graph.SubgraphQuery, whole *graph.Subgraph, nodes map[graph.EntityID]int, relations map[graph.RelationID]bool) {
	s.Helper()
	want, wantRelations := map[graph.EntityID]int{}, map[graph.RelationID]bool{}
	for _, n := range whole.Nodes {
		want[n.Entity.ID] = n.Depth
	}
	for _, r := range whole.Relations {
		wantRelations[r.ID] = true
	}
	if !maps.Equal(nodes, want) || !maps.Equal(relations, wantRelations) {
		s.Fatalf("%+v\nin pages: %v, %v\n   whole: %v, %v", q, nodes, relations, want, wantRelations)
	}
}

// closedPage wants a page to be closed, within its bounds, and to go on exactly
// where it is not the last one.
func (s *stage) closedPage(q graph.SubgraphQuery, page *graph.Subgraph) {
	s.Helper()
	there := map[graph.EntityID]bool{}
	for _, n := range page.Nodes {
		there[n.Entity.ID] = true
	}
	for _, r := range page.Relations {
		if !there[r.SourceID] || !there[r.TargetID] {
			s.Fatalf("%+v\n%s has an end that is not on the page", q, r.Key())
		}
	}
	stopped := slices.ContainsFunc(page.Reasons, func(why graph.StopReason) bool { return why != graph.StopHub })
	if len(page.Relations) > q.Bounds.Edges || len(there) < len(page.Nodes) || stopped != (page.Resume != "") || page.NoResume != "" {
		s.Fatalf("%+v\n%d entities, %d relations, %+v", q, len(page.Nodes), len(page.Relations), page.Completeness)
	}
}

// resumable are the questions of all sorts that a token can belong to, on one
// graph. Each gives the answer's completeness.
func resumable(s *stage) map[string]func(resume string, signer *graph.Signer) (graph.Completeness, error) {
	ids := s.ids("e:0", "e:1")
	small := graph.Bounds{Depth: 4, Nodes: 2, Edges: 3, Paths: 2}
	ask := func(run func(r graph.Reader) (graph.Completeness, error)) (done graph.Completeness, err error) {
		s.view(func(r graph.Reader) { done, err = run(r) })
		return done, err
	}
	return map[string]func(string, *graph.Signer) (graph.Completeness, error){
		"subgraph": func(resume string, signer *graph.Signer) (graph.Completeness, error) {
			return ask(func(r graph.Reader) (graph.Completeness, error) {
				g, err := graph.WalkSubgraph(context.Background(), r, graph.SubgraphQuery{Roots: ids[:1], Direction: graph.Both, Bounds: small, Resume: resume, Signer: signer})
				if err != nil {
					return graph.Completeness{}, err
				}
				return g.Completeness, nil
			})
		},
		"reachable": func(resume string, signer *graph.Signer) (graph.Completeness, error) {
			return ask(func(r graph.Reader) (graph.Completeness, error) {
				g, err := graph.Reachable(context.Background(), r, graph.ReachQuery{From: ids[0], Direction: graph.Both, Bounds: small, Resume: resume, Signer: signer})
				if err != nil {
					return graph.Completeness{}, err
				}
				return g.Completeness, nil
			})
		},
		"paths": func(resume string, signer *graph.Signer) (graph.Completeness, error) {
			return ask(func(r graph.Reader) (graph.Completeness, error) {
				q := graph.PathQuery{Mode: graph.AllSimple, From: ids[0], To: ids[1], Direction: graph.Both, Bounds: wide(4), Resume: resume, Signer: signer}
				q.Bounds.Paths = 2
				g, err := graph.FindPaths(context.Background(), r, q)
				if err != nil {
					return graph.Completeness{}, err
				}
				return g.Completeness, nil
			})
		},
	}
}

func TestATokenServesItsQuestionOnly(t *testing.T) {
	s := newStageOf(t, corridors())
	s.write(clique("e", 6)...)
	questions := resumable(s)
	tokens := map[string]string{}
	for name, ask := range questions {
		done, err := ask("", signer)
		if err != nil || done.Resume == "" || done.NoResume != "" {
			t.Fatalf("%s: %+v, %v", name, done, err)
		}
		if done, err := ask("", nil); err != nil || done.Resume != "" || done.NoResume != "" {
			t.Errorf("%s without a signer: %+v, %v", name, done, err)
		}
		tokens[name] = done.Resume
	}
	refused := func(t *testing.T, ask func(string, *graph.Signer) (graph.Completeness, error), token string, signer *graph.Signer, code graph.Code, says string) {
		t.Helper()
		done, err := ask(token, signer)
		if graph.CodeOf(err) != code || !strings.Contains(err.Error(), says) {
			t.Errorf("answered %+v, %v", done, err)
		}
	}
	other := graph.NewSigner([32]byte{9})
	for name, ask := range questions {
		t.Run(name, func(t *testing.T) {
			token := tokens[name]
			if _, err := ask(token, signer); err != nil {
				t.Errorf("its own token: %v", err)
			}
			for wrong, of := range tokens {
				if wrong != name {
					refused(t, ask, of, signer, graph.CodeInvalid, "another question")
				}
			}
			refused(t, ask, token, other, graph.CodeInvalid, "damaged")
			refused(t, ask, token, nil, graph.CodeInvalid, "not accepted")
			refused(t, ask, "x", signer, graph.CodeInvalid, "damaged")
			refused(t, ask, token+"A", signer, graph.CodeInvalid, "damaged")
			refused(t, ask, token[:len(token)-1], signer, graph.CodeInvalid, "damaged")
			refused(t, ask, strings.Repeat("A", graph.MaxResume+4), signer, graph.CodeInvalid, "damaged")
			for i := range token { // whichever character is another
				changed := []byte(token)
				if changed[i]++; token[i] == 'z' || token[i] == 'Z' || token[i] == '9' {
					changed[i] -= 2
				}
				refused(t, ask, string(changed), signer, graph.CodeInvalid, "damaged")
			}
		})
	}
	s.write(thing("e:new"))
	for name, ask := range questions {
		t.Run(name+" after a write", func(t *testing.T) {
			refused(t, ask, tokens[name], signer, graph.CodeConflict, "the token is of revision 2 and the graph is at revision 3")
		})
	}
}

// TestATokenBelongsToOneQuestion changes a question in whatever decides its
// answer, and then in what only bounds a page.
func TestATokenBelongsToOneQuestion(t *testing.T) {
	s := newStageOf(t, corridors())
	s.write(clique("e", 6)...)
	ids := s.ids("e:0", "e:1", "e:2")
	q := graph.PathQuery{Mode: graph.AllSimple, From: ids[0], To: ids[1], Direction: graph.Both, Bounds: wide(4), Signer: signer}
	q.Bounds.Paths = 2
	q.Resume = s.findPaths(q).Resume
	for name, c := range map[string]struct {
		change func(*graph.PathQuery)
		code   graph.Code
	}{
		"another mode":                {func(q *graph.PathQuery) { q.Mode = graph.KShortest }, graph.CodeInvalid},
		"another end":                 {func(q *graph.PathQuery) { q.To = ids[2] }, graph.CodeInvalid},
		"another direction":           {func(q *graph.PathQuery) { q.Direction = graph.Out }, graph.CodeInvalid},
		"another filter":              {func(q *graph.PathQuery) { q.Where = &graph.RelationFilter{IncludeDerived: true} }, graph.CodeInvalid},
		"something avoided":           {func(q *graph.PathQuery) { q.Avoid = ids[2:] }, graph.CodeInvalid},
		"through hubs":                {func(q *graph.PathQuery) { q.ThroughHubs = true }, graph.CodeInvalid},
		"another depth":               {func(q *graph.PathQuery) { q.Bounds.Depth = 3 }, graph.CodeInvalid},
		"another degree":              {func(q *graph.PathQuery) { q.Bounds.Degree = 3 }, graph.CodeInvalid},
		"a mode with a single answer": {func(q *graph.PathQuery) { q.Mode = graph.Shortest }, graph.CodeInvalid},
		"a larger page":               {func(q *graph.PathQuery) { q.Bounds.Paths = 5 }, ""},
		"more time":                   {func(q *graph.PathQuery) { q.Bounds.Budget = time.Hour }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			other := q
			c.change(&other)
			s.view(func(r graph.Reader) {
				if _, err := graph.FindPaths(context.Background(), r, other); graph.CodeOf(err) != c.code {
					t.Errorf("answered %v", err)
				}
			})
		})
	}
}

// TestAHubThatAnEarlierPageLeftOutIsNotForgotten follows a hub in part on the
// first page: no later page may say that nothing was left out.
func TestAHubThatAnEarlierPageLeftOutIsNotForgotten(t *testing.T) {
	s := ways(t, "e:a>e:b", "e:a>e:c", "e:a>e:d", "e:b>e:e", "e:e>e:f", "e:f>e:g")
	root, b := s.id("e:a"), graph.Bounds{Depth: 9, Nodes: 1, Edges: 1, Degree: 2}
	pages := map[string]func(resume string) graph.Completeness{
		"subgraph": func(resume string) graph.Completeness {
			return s.mustWalk(graph.SubgraphQuery{Roots: []graph.EntityID{root}, Direction: graph.Out, Bounds: b, Signer: signer, Resume: resume}).Completeness
		},
		"reachable": func(resume string) graph.Completeness {
			return s.reachable(graph.ReachQuery{From: root, Direction: graph.Out, Bounds: b, Signer: signer, Resume: resume}).Completeness
		},
	}
	for name, page := range pages {
		t.Run(name, func(t *testing.T) {
			told, since := 0, 0
			done := page("")
			for n := 1; done.Resume != "" && n < 100; n++ {
				if told += len(done.SkippedHubs); told > 0 {
					since++
				}
				done = page(done.Resume)
			}
			if told != 1 || since < 2 {
				t.Errorf("the hub is told of %d times, and %d pages follow", told, since)
			}
			if done.Complete || !slices.Equal(done.Reasons, []graph.StopReason{graph.StopHub}) || done.SkippedHubs != nil {
				t.Errorf("the last page says %+v", done)
			}
		})
	}
}

// TestAWalkTooLargeForATokenSaysSo meets more than a token holds.
func TestAWalkTooLargeForATokenSaysSo(t *testing.T) {
	s := star(t, 14_000)
	b := boundless
	b.Nodes, b.Edges, b.Depth = 13_500, 13_500, 3
	root := s.id("enterprise:0")
	g := s.mustWalk(graph.SubgraphQuery{Roots: []graph.EntityID{root}, Direction: graph.Out, Bounds: b, Signer: signer})
	if g.Resume == "" || len(g.Resume) > graph.MaxResume {
		t.Errorf("neighbouring ids should take a byte each; the token takes %d, %q", len(g.Resume), g.NoResume)
	}
	reach := s.reachable(graph.ReachQuery{From: root, Direction: graph.Out, Bounds: b, Signer: signer})
	if reach.Resume != "" || !strings.Contains(reach.NoResume, "cannot be resumed") {
		t.Errorf("%q, %d", reach.NoResume, len(reach.Resume))
	}
	b.Nodes, b.Edges = 4000, 4000
	if reach = s.reachable(graph.ReachQuery{From: root, Direction: graph.Out, Bounds: b, Signer: signer}); reach.Resume == "" {
		t.Errorf("%q", reach.NoResume)
	}
	b.Nodes = 0
	if g = s.mustWalk(graph.SubgraphQuery{Roots: []graph.EntityID{root}, Direction: graph.Out, Bounds: b, Signer: signer}); g.Resume != "" || !strings.Contains(g.NoResume, "at least one") {
		t.Errorf("a page without room: %q, %q", g.Resume, g.NoResume)
	}
}

// TestAGreatHubIsGoneThroughInPages meets every relation of a hub once.
func TestAGreatHubIsGoneThroughInPages(t *testing.T) {
	s := star(t, 9000)
	b := graph.Bounds{Depth: 1, Nodes: 1000, Edges: 700}
	q := graph.SubgraphQuery{Roots: s.ids("enterprise:0"), Direction: graph.Out, Bounds: b, Signer: signer}
	seen, pages, longest := 0, 0, 0
	for {
		page := s.mustWalk(q)
		seen += len(page.Relations)
		pages++
		if longest = max(longest, len(page.Resume)); page.Resume == "" {
			break
		}
		q.Resume = page.Resume
	}
	if seen != 9000 || pages != 13 || longest > 200 {
		t.Errorf("%d relations in %d pages, the longest token has %d characters", seen, pages, longest)
	}
}

// TestWalksLookAtTheClockOftenEnough counts what is read between two looks on a
// hub: a walk must not run on for longer than a page of it takes.
func TestWalksLookAtTheClockOftenEnough(t *testing.T) {
	s := star(t, 12_000)
	ids := s.ids("enterprise:0", "enterprise:1", "enterprise:far")
	for name, walk := range map[string]func(r graph.Reader, b graph.Bounds, now func() time.Time) (graph.Completeness, error){
		"subgraph": func(r graph.Reader, b graph.Bounds, now func() time.Time) (graph.Completeness, error) {
			g, err := graph.WalkSubgraph(context.Background(), r, graph.SubgraphQuery{Roots: ids[:1], Direction: graph.Out, Bounds: b, Now: now})
			return g.Completeness, err
		},
		"reachable": func(r graph.Reader, b graph.Bounds, now func() time.Time) (graph.Completeness, error) {
			g, err := graph.Reachable(context.Background(), r, graph.ReachQuery{From: ids[1], Direction: graph.Both, Bounds: b, Now: now})
			return g.Completeness, err
		},
		"paths": func(r graph.Reader, b graph.Bounds, now func() time.Time) (graph.Completeness, error) {
			g, err := graph.FindPaths(context.Background(), r, graph.PathQuery{Mode: graph.AllSimple, From: ids[0], To: ids[2], Direction: graph.Both, Bounds: b, Now: now})
			return g.Completeness, err
		},
		"strongest": func(r graph.Reader, b graph.Bounds, now func() time.Time) (graph.Completeness, error) {
			g, err := graph.FindPaths(context.Background(), r, graph.PathQuery{Mode: graph.Strongest, From: ids[0], To: ids[2], Direction: graph.Both, Bounds: b, Now: now})
			return g.Completeness, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			on := *s
			on.TB = t
			on.bothRoads(func(t *testing.T, r graph.Reader) {
				b := boundless
				b.Depth, b.Degree, b.Paths, b.Budget = 2, 0, 10, time.Minute
				since, most, looks := 0, 0, 0
				counted := &countingReader{Reader: r, read: func(n int) { since += n; most = max(most, since) }}
				at := time.Time{}
				done, err := walk(counted, b, func() time.Time { since, looks = 0, looks+1; return at })
				if err != nil || slices.Contains(done.Reasons, graph.StopTime) {
					t.Fatalf("%+v, %v", done, err)
				}
				if most > 4500 || looks < done.VisitedEdges/256 {
					t.Errorf("%d relations were read between two looks; %d looks for %d relations", most, looks, done.VisitedEdges)
				}
				// it ends at the first look that shows that the time is up
				counted.edges = 0
				done, err = walk(counted, b, ticking(looks/2))
				if err != nil || !slices.Contains(done.Reasons, graph.StopTime) || done.Complete || done.VisitedEdges >= counted.edges+1 {
					t.Errorf("half of the looks: %+v, %v", done, err)
				}
			})
		})
	}
}

// FuzzResume gives walks states that no walk has written, under a signature
// that is right.
func FuzzResume(f *testing.F) {
	key := [32]byte{7}
	signer := graph.NewSigner(key)
	s := newStageOf(f, corridors())
	s.write(clique("e", 6)...)
	heads := map[string][]byte{}
	for name, ask := range resumable(s) {
		done, err := ask("", signer)
		if err != nil {
			f.Fatal(err)
		}
		token, err := base64.RawURLEncoding.DecodeString(done.Resume)
		if err != nil {
			f.Fatal(err)
		}
		heads[name] = token[:2+16+1] // version, kind, digest, revision
		f.Add(name, token[2+16+1:len(token)-16])
	}
	f.Fuzz(func(t *testing.T, name string, state []byte) {
		head, ok := heads[name]
		if !ok {
			return
		}
		token := slices.Concat(head, state)
		mac := hmac.New(sha256.New, key[:])
		mac.Write(token)
		text := base64.RawURLEncoding.EncodeToString(append(token, mac.Sum(nil)[:16]...))
		done, err := resumable(&stage{TB: t, store: s.store, ontology: s.ontology})[name](text, signer)
		if err == nil && done.Complete != (done.Reasons == nil) {
			t.Errorf("%+v", done)
		}
		if code := graph.CodeOf(err); err != nil && code != graph.CodeInvalid && code != graph.CodeCorrupt {
			t.Errorf("answered %v", err)
		}
	})
}

// TestRootsComeInPages has more roots than a page has room for.
func TestRootsComeInPages(t *testing.T) {
	s := ways(t, "e:a>e:b", "e:c>e:d")
	q := graph.SubgraphQuery{Roots: s.ids("e:d", "e:a", "e:c"), Direction: graph.Out, Bounds: graph.Bounds{Depth: 1, Nodes: 1, Edges: 9}, Signer: signer}
	var pages []string
	for range 10 {
		page := s.mustWalk(q)
		text := ""
		for _, n := range page.Nodes {
			text += string(n.Entity.Key[2:])
		}
		pages = append(pages, text)
		if q.Resume = page.Resume; q.Resume == "" {
			break
		}
	}
	if want := []string{"a", "c", "d", "acdb"}; !slices.Equal(pages, want) {
		t.Errorf("%q, want %q", pages, want)
	}
}

// TestSubgraphsReachEightRelationsFar walks a chain.
func TestSubgraphsReachEightRelationsFar(t *testing.T) {
	var pairs []string
	for i := range 12 {
		pairs = append(pairs, fmt.Sprintf("e:%d>e:%d", i, i+1))
	}
	s := ways(t, pairs...)
	b := boundless
	b.Depth = 8
	g := s.mustWalk(graph.SubgraphQuery{Roots: s.ids("e:0"), Direction: graph.Out, Bounds: b})
	if len(g.Nodes) != 9 || g.DepthReached != 8 || !g.Complete || g.Nodes[8].Entity.Key != "e:8" {
		t.Errorf("%d entities, %+v", len(g.Nodes), g.Completeness)
	}
}

// BenchmarkPaths tells what a search costs on a graph of some size.
func BenchmarkPaths(b *testing.B) {
	s := newStageOf(b, corridors())
	d := rand.New(rand.NewPCG(1, 1))
	var docs []any
	for i := range 20_000 {
		docs = append(docs, thing(graph.Key(fmt.Sprintf("e:%d", i))))
	}
	for i := range 60_000 {
		from, to := d.IntN(20_000), int(20_000*d.Float64()*d.Float64())
		if from != to {
			docs = append(docs, tie(graph.Key(fmt.Sprintf("e:%d", from)), "LEADS_TO", graph.Key(fmt.Sprintf("e:%d", to)), parallel(fmt.Sprint(i)), trusted(pick(d, 0, 0.8, 0.9))))
		}
	}
	s.write(docs...)
	for _, mode := range pathModes {
		b.Run(string(mode), func(b *testing.B) {
			b.ReportAllocs()
			visited := 0
			s.view(func(r graph.Reader) {
				for b.Loop() {
					q := graph.PathQuery{Mode: mode, From: graph.EntityID(1 + d.IntN(20_000)), To: graph.EntityID(1 + d.IntN(20_000)), Direction: graph.Both,
						Bounds: graph.Bounds{Depth: 6, Nodes: 5000, Edges: 20_000, Paths: 5, Degree: 1000}}
					found, err := graph.FindPaths(context.Background(), r, q)
					if err != nil {
						b.Fatal(err)
					}
					visited += found.VisitedEdges
				}
			})
			b.ReportMetric(float64(visited)/float64(b.N), "relations/op")
		})
	}
}
