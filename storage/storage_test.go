package storage_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"lianzhu/graph"
	"lianzhu/storage"
	"lianzhu/storage/storagetest"
)

func TestOpenChoosesTheEngineByTheURL(t *testing.T) {
	folder := t.TempDir()
	for url, keeps := range map[string]bool{
		"mem:": false, "bolt:" + filepath.Join(folder, "a"): true, filepath.Join(folder, "b"): true, filepath.Join(folder, "c:d"): true,
	} {
		for round := range 2 {
			s, err := storage.Open(context.Background(), url, storagetest.Ontology(), storage.Options{})
			if err != nil {
				t.Fatalf("%s: %v", url, err)
			}
			want := graph.Rev(0)
			if keeps {
				want = graph.Rev(round)
			}
			s.View(context.Background(), func(r graph.Reader) error {
				if r.Rev() != want {
					t.Errorf("%s, opened %d times, is at revision %d", url, round+1, r.Rev())
				}
				return nil
			})
			if round == 0 {
				if _, err := s.Apply(context.Background(), graph.Batch{Changes: []graph.Change{{Source: &graph.Source{Key: "source:s", Title: "s"}}}}); err != nil {
					t.Error(err)
				}
			}
			s.Close()
		}
	}
}

func TestOpenRefusesWhatNamesNoStore(t *testing.T) {
	for url, says := range map[string]string{"": "there is no store named", "bolt:": "there is no store named", filepath.Join(t.TempDir(), "none", "file"): "there is no such file or folder"} {
		s, err := storage.Open(context.Background(), url, storagetest.Ontology(), storage.Options{})
		if s != nil || err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q answers %v, %v", url, s, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if s, err := storage.Open(ctx, "mem:", storagetest.Ontology(), storage.Options{}); s != nil || err != context.Canceled {
		t.Errorf("a cancelled context answers %v, %v", s, err)
	}
}
