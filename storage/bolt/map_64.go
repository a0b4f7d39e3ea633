//go:build !windows && (amd64 || arm64 || loong64 || mips64 || mips64le || ppc64 || ppc64le || riscv64 || s390x)

package bolt

// initialMap is mapSize where address space is plenty and a map does not make
// the file larger.
const initialMap = mapSize
