//go:build race

package main

// raced tells that the race detector is built in, which keeps memory of its own.
const raced = true
