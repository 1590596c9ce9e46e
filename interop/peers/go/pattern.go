package main

const (
	// patternPeriod is a prime: a block that is lost, sent twice or moved does not look like its neighbour.
	patternPeriod = 65_521
	maxWrite      = 1 << 20
)

var patternBytes = makePattern()

func makePattern() []byte {
	all := make([]byte, patternPeriod+maxWrite)
	for i := range all {
		place := i % patternPeriod
		all[i] = byte(place*167 + (place>>8)*59)
	}
	return all
}

// patternAt returns the bytes of every stream from that position on, which nobody may change.
func patternAt(position, length uint64) []byte {
	place := position % patternPeriod
	return patternBytes[place : place+length]
}
