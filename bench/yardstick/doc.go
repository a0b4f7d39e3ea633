// Package yardstick measures what bbolt, the library under the store in a file,
// does by itself with as many bytes: writes through its own DB.Batch, as it
// comes, and sequential puts of all keys and values of a file into a new one.
// It is what the store's own writes and imports are compared with.
package yardstick
