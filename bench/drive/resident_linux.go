package drive

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// Resident is what memory the process has now, by the kernel's account.
func (s *Server) Resident() Resident {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID()))
	if err != nil {
		return Resident{} // it has ended
	}
	return readStatus(status)
}

// readStatus reads the lines of a status file, such as "RssAnon:  1234 kB".
func readStatus(status []byte) (r Resident) {
	for line := range bytes.Lines(status) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		digits, _, _ := bytes.Cut(bytes.TrimSpace(value), []byte(" "))
		n, err := strconv.ParseInt(string(digits), 10, 64)
		if err != nil {
			continue
		}
		switch string(name) {
		case "RssAnon":
			r.Own = n << 10
		case "RssFile":
			r.Mapped = n << 10
		}
	}
	return r
}
