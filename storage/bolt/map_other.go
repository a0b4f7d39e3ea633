//go:build windows || !(amd64 || arm64 || loong64 || mips64 || mips64le || ppc64 || ppc64le || riscv64 || s390x)

package bolt

// initialMap is left to bbolt: address space is scarce here, or a map would
// make the file as large.
const initialMap = 0
