package topology

// worthSaving is how many changes, as a part of the graph, are cheaper to read
// from the log at the next start than to write the file for.
const worthSaving = 1000

// intoFile writes s to the file and gives the same snapshot as it lies there,
// so that its arrays need not be kept in the heap. Where there is no file, or it
// cannot be written, s stays as it is.
func (l *Live) intoFile(s *Snapshot) (_ *Snapshot, saved bool) {
	if l.options.File == "" {
		return s, false
	}
	err := s.Save(l.options.File)
	if err == nil {
		var mapped *Snapshot
		if mapped, err = adopt(l.options.File, l.ontology); err == nil {
			return mapped, true
		}
	}
	l.tell(Event{What: Unsaved, Rev: s.rev, Err: err})
	return s, false
}

// saveLast writes the file when nothing follows any more.
func (l *Live) saveLast() error {
	s := l.newest.Load()
	if l.options.File == "" || s == nil || s.rev == 0 {
		return nil
	}
	if few := (s.entities + s.relations) / worthSaving; l.good && (s.rev == l.written || s.patches <= few) {
		return nil
	}
	return s.Save(l.options.File)
}

// note notes what a merge has made of the file, once its arrays are in use.
func (l *Live) note(m mergeResult) {
	if l.options.File == "" {
		return
	}
	if l.good = m.saved; m.saved {
		l.written = m.snap.rev
		l.tell(Event{What: Saved, Rev: m.snap.rev, Entities: m.snap.entities, Relations: m.snap.relations})
	}
}
