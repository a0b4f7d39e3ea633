//go:build !linux

package processor

import "time"

func threadTime() (spent time.Duration, told bool) { return 0, false }
