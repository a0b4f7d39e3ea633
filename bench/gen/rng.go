package gen

import "math/bits"

// rng is a sequence of random numbers that is the same for a seed everywhere and
// for good (splitmix64), which no library promises.
type rng struct{ state uint64 }

func (r *rng) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	return mix(r.state)
}

// below gives a number from 0 to n-1.
func (r *rng) below(n int) int {
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

// mix scatters x.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// at is a random sequence that belongs to one thing, whatever was made before.
func at(seed uint64, what byte, index int) rng {
	return rng{mix(seed ^ uint64(what)<<56 ^ uint64(index)*0x9e3779b97f4a7c15)}
}
