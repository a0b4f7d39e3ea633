package bolt

import (
	"lianzhu/graph"
	"lianzhu/storage/internal/record"
	"lianzhu/storage/internal/rules"
)

// History walks the chain of entries that leads back from the newest one. The
// document after an entry is the one before the entry that follows it.
func (r *reader) History(subject graph.UID, after *graph.LogPos, limit int) (entries []graph.Entry, total int, err error) {
	defer r.guard("history", &err)
	if err := r.ctx.Err(); err != nil {
		return nil, 0, err
	}
	at, now, err := r.newest(subject)
	if err != nil || at.Nth == 0 {
		return nil, 0, err
	}
	total = int(at.Nth)
	if after != nil {
		if at, now, err = r.skipTo(subject, at, now, *after); err != nil {
			return nil, 0, err
		}
	}
	for at.Nth > 0 && len(entries) < limit {
		if err := r.ctx.Err(); err != nil {
			return nil, 0, err
		}
		raw, err := r.logEntry(at)
		if err != nil {
			return nil, 0, err
		}
		e, err := r.entry(at, raw, now)
		if err != nil {
			return nil, 0, err
		}
		entries = append(entries, e)
		at, now = raw.Previous, raw.Before
	}
	return entries, total, nil
}

// newest tells where a thing was last written and what record it has now.
func (t *tables) newest(subject graph.UID) (at record.Written, now []byte, err error) {
	id, err := t.idOf(subject)
	if err != nil {
		return at, nil, err
	}
	if id == 0 {
		at, err = t.grave(subject)
		return at, nil, err
	}
	b, _ := bucketOf(subject.Tag())
	now, err = t.get(b, key32(id))
	if err != nil {
		return at, nil, err
	}
	at, err = writtenOf(subject.Tag(), now)
	if err != nil {
		err = corrupt(b, key32(id), err.Error(), err)
	}
	return at, now, err
}

// writtenOf reads from any record when it was written.
func writtenOf(tag graph.Tag, payload []byte) (record.Written, error) {
	switch tag {
	case graph.TagEntity:
		h, err := record.HeadOfEntity(payload)
		if err != nil {
			return record.Written{}, err
		}
		return h.Written(), nil
	case graph.TagRelation:
		h, err := record.HeadOfRelation(payload)
		if err != nil {
			return record.Written{}, err
		}
		return h.Written(), nil
	}
	return record.WrittenOfSource(payload)
}

// grave tells where a thing that was retracted was last written; the zero place
// where it never was.
func (t *tables) grave(subject graph.UID) (at record.Written, err error) {
	payload, err := t.get(bGraves, subject[:])
	if payload == nil || err != nil {
		return at, err
	}
	if at, err = record.DecodeWritten(payload); err != nil {
		err = corrupt(bGraves, subject[:], err.Error(), err)
	}
	return at, err
}

// skipTo goes back from an entry to the first that stands before pos. Who pages
// names an entry of this very thing, so that its place tells the way; else the
// chain is walked.
func (t *tables) skipTo(subject graph.UID, at record.Written, now []byte, pos graph.LogPos) (record.Written, []byte, error) {
	if pos.Rev > 0 && pos.Index >= 0 {
		payload, err := t.get(bLog, logKey(pos.Rev, uint32(pos.Index)))
		if err != nil {
			return at, nil, err
		}
		if e, err := record.DecodeEntry(payload); payload != nil && err == nil && e.Subject == subject {
			return e.Previous, e.Before, nil
		}
	}
	for at.Nth > 0 && !(at.Rev < pos.Rev || at.Rev == pos.Rev && int(at.Index) < pos.Index) {
		raw, err := t.logEntry(at)
		if err != nil {
			return at, nil, err
		}
		at, now = raw.Previous, raw.Before
	}
	return at, now, nil
}

// rawEntry reads an entry that must be there.
func (t *tables) rawEntry(at record.Written) (record.Entry, error) {
	key := logKey(at.Rev, at.Index)
	payload, err := t.get(bLog, key)
	if err != nil {
		return record.Entry{}, err
	}
	raw, err := record.DecodeEntry(payload)
	if err != nil {
		return raw, corrupt(bLog, key, err.Error(), err)
	}
	return raw, nil
}

// logEntry reads the entry that a thing names.
func (t *tables) logEntry(at record.Written) (record.Entry, error) {
	raw, err := t.rawEntry(at)
	if err == nil && raw.Nth != at.Nth {
		err = corrupt(bLog, logKey(at.Rev, at.Index), "it is not the entry that its thing names", nil)
	}
	return raw, err
}

// header reads what the log says of a whole revision.
func (t *tables) header(rev graph.Rev) (record.Header, error) {
	if t.lastHeader.rev == rev {
		return t.lastHeader.Header, nil
	}
	payload, err := t.get(bLog, revKey(rev))
	if err != nil {
		return record.Header{}, err
	}
	h, err := record.DecodeHeader(payload)
	if err != nil {
		return h, corrupt(bLog, revKey(rev), err.Error(), err)
	}
	t.lastHeader = revHeader{rev, h}
	return h, nil
}

// entry makes an entry of the log as people see it; after is the record that it
// left.
func (r *reader) entry(at record.Written, raw record.Entry, after []byte) (graph.Entry, error) {
	h, err := r.header(at.Rev)
	if err != nil {
		return graph.Entry{}, err
	}
	e := graph.Entry{Rev: at.Rev, Index: int(at.Index), At: h.At, Actor: h.Actor, Reason: h.Reason, Op: raw.Op, Subject: raw.Subject}
	if e.Before, err = r.json(raw.Subject, raw.Before); err == nil {
		e.After, err = r.json(raw.Subject, after)
	}
	if err != nil {
		return e, corrupt(bLog, logKey(at.Rev, at.Index), err.Error(), err)
	}
	return e, nil
}

// json is the document of a record, nil for no record.
func (r *reader) json(subject graph.UID, payload []byte) ([]byte, error) {
	if payload == nil {
		return nil, nil
	}
	switch subject.Tag() {
	case graph.TagEntity:
		e, err := record.DecodeEntity(payload, r.symbols.kind)
		if err != nil {
			return nil, err
		}
		return rules.JSON(e), nil
	case graph.TagRelation:
		rel, err := record.DecodeRelation(payload, r.symbols.typ)
		if err != nil {
			return nil, err
		}
		return rules.JSON(rel), nil
	}
	s, err := record.DecodeSource(payload)
	if err != nil {
		return nil, err
	}
	return rules.JSON(s), nil
}

// Log reads the log from a place on.
func (r *reader) Log(from graph.LogPos, limit int) ([]graph.Entry, error) {
	entries, _, err := r.changes(inLog(from), r.rev, limit)
	return entries, err
}

// inLog is the first place of the log that is not before p.
func inLog(p graph.LogPos) graph.LogPos {
	if p.Rev == 0 {
		return graph.LogPos{Rev: 1}
	}
	return graph.LogPos{Rev: p.Rev, Index: max(p.Index, 0)}
}

// LogLength adds up what the headers of the revisions say.
func (r *reader) LogLength(from graph.LogPos) (n int, err error) {
	defer r.guard("log", &err)
	from = inLog(from)
	for rev := from.Rev; rev <= r.rev; rev++ {
		if err := r.ctx.Err(); err != nil {
			return 0, err
		}
		h, err := r.header(rev)
		if err != nil {
			return 0, err
		}
		n += h.Entries
		if rev == from.Rev {
			n -= min(from.Index, h.Entries)
		}
	}
	return n, nil
}

// changes reads up to limit entries of the log from a place on and not after
// end, and gives the place after the last. The log has no gaps, so each place
// is asked for: what is not there is missing.
func (r *reader) changes(from graph.LogPos, end graph.Rev, limit int) (entries []graph.Entry, next graph.LogPos, err error) {
	defer r.guard("changes", &err)
	for from.Rev <= end && len(entries) < limit {
		if err := r.ctx.Err(); err != nil {
			return nil, from, err
		}
		h, err := r.header(from.Rev)
		if err != nil {
			return nil, from, err
		}
		if from.Index >= h.Entries {
			from = graph.LogPos{Rev: from.Rev + 1}
			continue
		}
		e, err := r.change(from)
		if err != nil {
			return nil, from, err
		}
		entries = append(entries, e)
		from.Index++
	}
	return entries, from, nil
}

// change reads one entry of the log with the documents before and after it.
func (r *reader) change(pos graph.LogPos) (graph.Entry, error) {
	at := record.Written{Rev: pos.Rev, Index: uint32(pos.Index)}
	raw, err := r.rawEntry(at)
	if err != nil {
		return graph.Entry{}, err
	}
	after, err := r.after(at, raw)
	if err != nil {
		return graph.Entry{}, err
	}
	return r.entry(at, raw, after)
}

// after finds the record that an entry left: it stands in the next entry of the
// same thing, or is the thing's own.
func (t *tables) after(at record.Written, raw record.Entry) ([]byte, error) {
	if raw.Op == graph.OpRetract {
		return nil, nil
	}
	key := logKey(at.Rev, at.Index)
	next, err := t.get(bNext, key)
	if err != nil {
		return nil, err
	}
	if next == nil {
		_, now, err := t.newest(raw.Subject)
		return now, err
	}
	payload, err := t.get(bLog, next)
	if err != nil {
		return nil, err
	}
	e, err := record.DecodeEntry(payload)
	if err != nil {
		return nil, corrupt(bLog, next, err.Error(), err)
	}
	return e.Before, nil
}

// posOf reads the key of an entry.
func posOf(key []byte) (record.Written, error) {
	if len(key) != 12 {
		return record.Written{}, corrupt(bLog, key, "it is no place in the log", nil)
	}
	return record.Written{Rev: graph.Rev(be64(key)), Index: be32(key[8:])}, nil
}
