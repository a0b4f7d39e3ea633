package storagetest

import (
	"context"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"

	"lianzhu/graph"
)

// The bank: accounts are entities that each own some money. Writers move money
// between two accounts, on condition that nobody else has; whoever adds up all
// accounts in one view finds the same sum.
const (
	accounts     = 10
	startBalance = 100
	transfers    = 60 // a writer
	bankWriters  = 4
	bankReaders  = 3
)

var bankSentences = []sentence{
	{"several goroutines read and write at once, and no view mixes two revisions", func(h *harness) {
		var opening []any
		for i := range accounts {
			opening = append(opening, account(i, startBalance))
		}
		h.apply(opening...)
		b := bank{harness: h}
		var writers, readers sync.WaitGroup
		for i := range bankWriters {
			writers.Go(func() { b.write(rand.New(rand.NewPCG(uint64(i), 3))) })
		}
		for range bankReaders {
			readers.Go(b.read)
		}
		writers.Wait()
		b.over.Store(true)
		readers.Wait()
		b.sum()
		equal(h, "revision", h.rev(), graph.Rev(1+bankWriters*transfers))
	}},
}

type bank struct {
	*harness
	over atomic.Bool
}

func account(i, balance int) *graph.Entity {
	e := entity(key("enterprise", i), "ENTERPRISE", "账户")
	e.Attributes = []graph.Attribute{{Name: "余额", Text: strconv.Itoa(balance), Modality: graph.Asserted}}
	return e
}

func balance(e *graph.Entity) int { return must(strconv.Atoi(e.Attributes[0].Text)) }

// accounts reads some accounts in one view.
func (b *bank) accounts(which ...int) (list []*graph.Entity, err error) {
	err = b.store.View(context.Background(), func(r graph.Reader) error {
		var uids []graph.UID
		for _, i := range which {
			uids = append(uids, account(i, 0).UID())
		}
		ids, err := r.Resolve(uids)
		if err != nil {
			return err
		}
		entities := make([]graph.EntityID, len(ids))
		for i, id := range ids {
			entities[i] = graph.EntityID(id)
		}
		list, err = r.Entities(entities)
		return err
	})
	return list, err
}

// write makes transfers; one that somebody was faster than is tried again.
func (b *bank) write(r *rand.Rand) {
	for done := 0; done < transfers && !b.Failed(); {
		from := r.IntN(accounts)
		to := (from + 1 + r.IntN(accounts-1)) % accounts
		list, err := b.accounts(from, to)
		if err != nil {
			b.Error(err)
			return
		}
		amount := r.IntN(balance(list[0]) + 1)
		move := batch(
			graph.Change{Entity: account(from, balance(list[0])-amount), IfRev: &list[0].Rev},
			graph.Change{Entity: account(to, balance(list[1])+amount), IfRev: &list[1].Rev})
		if amount == 0 {
			continue // it would change nothing
		}
		switch _, err := b.store.Apply(context.Background(), move); {
		case err == nil:
			done++
		case graph.CodeOf(err) != graph.CodeConflict:
			b.Error(err)
			return
		}
	}
}

func (b *bank) read() {
	for !b.over.Load() && !b.Failed() {
		b.sum()
	}
}

// sum adds up all accounts.
func (b *bank) sum() {
	all := make([]int, accounts)
	for i := range all {
		all[i] = i
	}
	list, err := b.accounts(all...)
	if err != nil {
		b.Error(err)
		return
	}
	sum := 0
	for _, e := range list {
		sum += balance(e)
	}
	if sum != accounts*startBalance {
		b.Errorf("the accounts hold %d together, not %d", sum, accounts*startBalance)
	}
}
