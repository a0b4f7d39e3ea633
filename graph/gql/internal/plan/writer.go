package plan

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Writer is one run of a Plan. It is used by one goroutine.
type Writer struct {
	ctx context.Context
	oc  *graphql.OperationContext

	path    []place
	args    []any // by the slot of the step: *Read[A], or a failure
	ticks   int
	stopped bool

	places [24]place // where path begins; few answers are deeper
	slots  [8]any    // where args begins
}

// place is a field, or a place in a list where step is nil.
type place struct {
	step  *Step
	index int
}

// NewWriter begins a run within ctx, which must have the operation and the
// response in it as the generated executor wants them.
func NewWriter(ctx context.Context) *Writer {
	w := &Writer{ctx: ctx, oc: graphql.GetOperationContext(ctx)}
	w.path, w.args = w.places[:0], w.slots[:0]
	return w
}

// Enter goes into the field s, Leave comes back.
func (w *Writer) Enter(s *Step) { w.path = append(w.path, place{step: s}) }

// Leave leaves the field or list entered last.
func (w *Writer) Leave() { w.path = w.path[:len(w.path)-1] }

// EnterList goes into a list; At says at which item it is.
func (w *Writer) EnterList() { w.path = append(w.path, place{}) }

// At is at item i of the list entered last.
func (w *Writer) At(i int) { w.path[len(w.path)-1].index = i }

// lookEvery is how many items are written between two looks at the context.
const lookEvery = 256

// Stopped tells, and reports once, that the context has ended.
func (w *Writer) Stopped() bool {
	if w.ticks++; w.ticks%lookEvery != 0 || w.stopped {
		return w.stopped
	}
	if err := w.ctx.Err(); err != nil {
		w.stopped = true
		w.oc.Error(w.at(w.path), err)
	}
	return w.stopped
}

// Fail reports the error of the field s.
func (w *Writer) Fail(s *Step, err error) {
	ctx := w.at(append(w.path, place{step: s}))
	w.oc.Error(ctx, graphql.AddFieldLocationToError(ctx, err))
}

// Null reports that there is nothing where the schema's type says that there
// is something.
func (w *Writer) Null(typ string) { graphql.AddInvalidNullError(w.at(w.path), typ) }

// Around has write append the root field s to b within what stands around each
// root field of the operation, and with it alone: what panics in it is the error
// of this field, since a field that writes must not be tried again.
func (w *Writer) Around(s *Step, b []byte, nullable bool, write func([]byte) ([]byte, bool)) (written []byte, ok bool) {
	ctx := w.ctx
	defer func() {
		w.ctx = ctx
		if p := recover(); p != nil {
			w.path = w.path[:0]
			w.oc.Error(w.Context(s), w.oc.Recover(w.Context(s), p))
			written, ok = append(b, Null...), nullable
		}
	}()
	w.oc.RootResolverMiddleware(ctx, func(within context.Context) graphql.Marshaler {
		w.ctx = within
		written, ok = write(b)
		return graphql.Null // it is written out by now
	})
	return written, ok
}

// Context is a context in which the resolver of s may run.
func (w *Writer) Context(s *Step) context.Context { return w.at(append(w.path, place{step: s})) }

// at is the context of a path.
func (w *Writer) at(path []place) context.Context {
	ctx := w.ctx
	for i := range path {
		ctx = graphql.WithFieldContext(ctx, w.fieldContext(&path[i]))
	}
	return ctx
}

func (w *Writer) fieldContext(p *place) *graphql.FieldContext {
	if p.step == nil {
		index := p.index
		return &graphql.FieldContext{Index: &index}
	}
	fc := &graphql.FieldContext{Object: p.step.owner.Name, Field: p.step.field}
	if p.step.Code > 0 {
		f := p.step.owner.Fields[p.step.Code-1]
		fc.IsMethod, fc.IsResolver = f.Method, f.Resolver
	}
	if read, ok := w.slot(p.step).(interface{ raw() map[string]any }); ok {
		fc.Args = read.raw()
	} else {
		fc.Args = map[string]any{}
	}
	return fc
}

// Read is the arguments of a field: as the executor reads them, and as A.
type Read[A any] struct {
	A    A
	args map[string]any
}

func (r *Read[A]) raw() map[string]any {
	if r.args == nil {
		return map[string]any{} // nil says that they are still to be read
	}
	return r.args
}

// failure stands for arguments that could not be read.
type failure struct{ err error }

func (failure) raw() map[string]any { return nil }

// slot is what is known of the arguments of s.
func (w *Writer) slot(s *Step) any {
	if s.slot < len(w.args) && w.args[s.slot] != nil {
		return w.args[s.slot]
	}
	if s.fixed != nil {
		if read := s.fixed.Load(); read != nil {
			return *read
		}
	}
	return nil
}

// Arguments are the arguments of s, read by read of x and made an A of by
// typed. They depend on nothing but the request, so they are read once, and
// where no variable is in them once for all requests: nobody changes them.
// Where they cannot be read that is reported, and ok is false. take, where there
// is one, takes the members of the only argument where all are texts; it is
// false for one that it does not know.
func Arguments[A, X any](w *Writer, x X, s *Step, read func(X, context.Context, map[string]any) (map[string]any, error), typed func(map[string]any) A, take func(a *A, member, text string) bool) (a *A, ok bool) {
	if r, ok := w.slot(s).(*Read[A]); ok {
		return &r.A, true
	}
	if f, ok := w.slot(s).(failure); ok {
		w.oc.Error(w.at(append(w.path, place{step: s})), f.err)
		return nil, false
	}
	if r := readTexts(w, s, take); r != nil {
		w.keep(s, r)
		return &r.A, true
	}
	// The context is for the paths of errors, so a short one does for a start.
	args, err := read(x, w.ctx, s.field.ArgumentMap(w.oc.Variables))
	if err != nil {
		return nil, w.refused(s, func(ctx context.Context) error {
			_, err := read(x, ctx, s.field.ArgumentMap(w.oc.Variables))
			return err
		})
	}
	r := &Read[A]{typed(args), args}
	w.keep(s, r)
	return &r.A, true
}

// readTexts is what take makes of the members of the only argument of s, or nil
// where that is not all texts.
func readTexts[A any](w *Writer, s *Step, take func(a *A, member, text string) bool) *Read[A] {
	if take == nil || len(s.field.Arguments) != 1 {
		return nil
	}
	r := new(Read[A])
	switch v := s.field.Arguments[0].Value; v.Kind {
	case ast.ObjectValue:
		for _, member := range v.Children {
			if text, ok := w.text(member.Value); !ok || !take(&r.A, member.Name, text) {
				return nil
			}
		}
		return r
	case ast.Variable:
		given, ok := w.oc.Variables[v.Raw].(map[string]any)
		for member, value := range given {
			if text, ok := value.(string); !ok || !take(&r.A, member, text) {
				return nil
			}
		}
		if ok {
			return r
		}
	}
	return nil
}

// text is the value of v, where that is a text.
func (w *Writer) text(v *ast.Value) (text string, ok bool) {
	switch v.Kind {
	case ast.StringValue, ast.BlockValue:
		return v.Raw, true
	case ast.Variable:
		text, ok = w.oc.Variables[v.Raw].(string)
		return text, ok
	}
	return "", false
}

// refused reports why the arguments of s could not be read, as again tells it.
func (w *Writer) refused(s *Step, again func(context.Context) error) (ok bool) {
	w.setSlot(s, failure{})
	ctx := w.at(append(w.path, place{step: s}))
	err := again(ctx)
	w.setSlot(s, failure{err})
	w.oc.Error(ctx, err)
	return false
}

// keep notes what was read of the arguments of s.
func (w *Writer) keep(s *Step, read any) {
	if s.fixed != nil {
		s.fixed.Store(&read)
		return
	}
	w.setSlot(s, read)
}

func (w *Writer) setSlot(s *Step, read any) {
	for s.slot >= len(w.args) {
		w.args = append(w.args, nil)
	}
	w.args[s.slot] = read
}
