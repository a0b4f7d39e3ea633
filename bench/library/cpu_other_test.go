//go:build !linux

package library

import "testing"

// cpu: elsewhere the time on the clock must do.
func cpu(b *testing.B) func() { b.ReportAllocs(); return func() {} }
