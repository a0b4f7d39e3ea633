package main

import (
	"errors"
	"net"
	"strconv"
)

// address is where a server listens, as a [pflag.Value]. Whether it may listen
// there is for package server to say.
type address struct{ host, port string }

// String and Type make an address a [pflag.Value].
func (a *address) String() string { return net.JoinHostPort(a.host, a.port) }
func (a *address) Type() string   { return "ADDR" }

// Set reads HOST:PORT. Without a host it is 127.0.0.1.
func (a *address) Set(s string) error {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return errors.New("it must read HOST:PORT or :PORT, such as 127.0.0.1:8080")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return errors.New("the port must be a number from 0 to 65535, where 0 is any free port")
	}
	if host == "" {
		host = "127.0.0.1"
	}
	a.host, a.port = host, port
	return nil
}
