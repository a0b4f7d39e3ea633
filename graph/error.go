package graph

import (
	"errors"
	"strings"
)

// Code sorts errors by what a caller can do about them.
type Code string

// The codes.
const (
	CodeInvalid   Code = "INVALID"      // mend the input
	CodeNotFound  Code = "NOT_FOUND"    // it is not in the graph
	CodeAmbiguous Code = "AMBIGUOUS"    // several things are meant; name one
	CodeConflict  Code = "CONFLICT"     // somebody was faster; read again
	CodeLimit     Code = "LIMIT"        // ask for less
	CodeFull      Code = "STORAGE_FULL" // make room
	CodeCorrupt   Code = "CORRUPT"      // the file is damaged; run check
	CodeBusy      Code = "BUSY"         // another process holds the file
	CodeClosed    Code = "CLOSED"       // the store was closed
	CodePending   Code = "PENDING"      // it is being worked out; ask again
	CodeUnknown   Code = "UNKNOWN"      // applied or not: retry with the same idempotency key
)

// Error is what the graph and its stores answer when something cannot be done:
// what was tried (Op), on what (Key), why and what to do (Detail, and in Chinese
// DetailZH where it is known), and for a batch the index of the change at fault
// (-1 where it is no one's) and the place in its document (Path, such as names,
// 0, text). Candidates are the keys among which an ambiguous name does not
// choose, Subject is the thing that stands in the way. Detail never holds a path
// of the machine.
type Error struct {
	Code       Code
	Op         string
	Key        string
	Detail     string
	DetailZH   string
	Path       []string
	Index      int
	Candidates []Key
	Subject    UID
	Err        error
}

// Error is one sentence for a person.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.Key != "" {
		b.WriteString(" " + e.Key)
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	} else {
		b.WriteString(": " + strings.ToLower(string(e.Code)))
	}
	return b.String()
}

// Say is the sentence of Error in Chinese, or in English.
func (e *Error) Say(lang Lang) string {
	if lang != ZH || e.DetailZH == "" {
		return e.Error()
	}
	if e.Key == "" {
		return e.DetailZH
	}
	return e.Key + "：" + e.DetailZH
}

// Unwrap is the error beneath, for logs; clients are not shown it.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf is the code of err, or "" where err is none of ours.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// invalid makes the error of a change or a question that must be mended.
func invalid(op, key, detail string) error {
	return &Error{Code: CodeInvalid, Op: op, Key: key, Detail: detail, Index: -1}
}
