package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"
)

// ErrNotLoopback says that an address can be reached from other machines.
var ErrNotLoopback = errors.New("the address can be reached from other machines, and this server has no access control yet: " +
	"whoever reaches it could read and change the graph; listen on 127.0.0.1 or [::1], and from another machine use a tunnel such as " +
	"ssh -L 8080:127.0.0.1:8080 HOST")

// Listen opens a loopback address such as 127.0.0.1:8080, [::1]:8080 or
// localhost:0. Any other it refuses with [ErrNotLoopback].
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: an address is a host and a port, such as 127.0.0.1:8080", addr)
	}
	if !isLoopbackName(host) {
		return nil, fmt.Errorf("listen on %q: %w", addr, ErrNotLoopback)
	}
	var config net.ListenConfig
	ln, err := config.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", addr, explain(err))
	}
	// A machine may have been told that localhost is somewhere else.
	if tcp, ok := ln.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		ln.Close()
		return nil, fmt.Errorf("listen on %q: %w", addr, ErrNotLoopback)
	}
	return ln, nil
}

// explain says what to do about the usual reasons why an address cannot be
// opened.
func explain(err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return errors.New("another program listens there already; stop it or choose another port")
	case errors.Is(err, syscall.EACCES):
		return errors.New("ports below 1024 need special rights; choose a higher one")
	}
	return err
}

// Run answers requests on ln until ctx ends, and then comes to an end in order:
// /readyz says 503 (for Config.Drain), Config.Stopping is called, the server stops
// listening, and requests under way finish within Config.Grace. Those that do not are cut off, which is
// an error, and their contexts end; they have Config.Grace again to see it.
// Unless the error says that requests were left behind, no handler runs any more
// when Run returns, and what they use can be closed.
func (s *Server) Run(ctx context.Context, ln net.Listener) error {
	server, lane := s.httpServer(), newLane(s, ln.Addr())
	served, handed := make(chan error, 1), make(chan error, 1)
	go func() { served <- server.Serve(entrance{ln, lane}) }()
	go func() { handed <- server.Serve(lane.handed) }()
	select {
	case err := <-served:
		lane.handed.Close()
		return fmt.Errorf("serving on %s ended: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	s.draining.Store(true)
	s.config.Log.Info("stopping", "drain", s.config.Drain, "grace", s.config.Grace)
	if s.config.Drain > 0 {
		time.Sleep(s.config.Drain)
	}
	s.config.Stopping()
	err := s.shutdown(context.WithoutCancel(ctx), server, lane)
	<-served
	<-handed
	return err
}

// shutdown lets requests finish, and cuts them off when their time is over. It
// also waits for handlers that have taken over their connections, of which
// net/http knows nothing.
func (s *Server) shutdown(ctx context.Context, server *http.Server, lane *lane) error {
	ctx, stop := context.WithTimeout(ctx, s.config.Grace)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- lane.end(ctx) }()
	err := errors.Join(server.Shutdown(ctx), <-ended)
	gone := s.answering.disperse()
	if err == nil {
		select {
		case <-gone:
			return nil
		case <-ctx.Done():
		}
	}
	server.Close()
	lane.cut()
	select {
	case <-gone:
		return fmt.Errorf("requests did not finish within %v and were cut off", s.config.Grace)
	case <-time.After(s.config.Grace):
		return errors.New("requests went on although their connections were closed; they are left behind")
	}
}

// httpServer is the server of the standard library with every timeout set.
func (s *Server) httpServer() *http.Server {
	return &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: s.config.HeaderTimeout,
		WriteTimeout:      s.config.WriteTimeout,
		IdleTimeout:       s.config.IdleTimeout,
		MaxHeaderBytes:    s.config.HeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.config.Log.Handler(), slog.LevelWarn),
	}
}
