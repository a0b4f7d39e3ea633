package gql

// slab hands out places for values of one type, laid out side by side, so that
// a page of nouns is a few allocations and not one each.
type slab[T any] []T

// put gives v a place; room is how many places are made at a time.
func (s *slab[T]) put(v T, room int) *T {
	if len(*s) == cap(*s) {
		*s = make([]T, 0, room)
	}
	*s = append(*s, v)
	return &(*s)[len(*s)-1]
}

// slabRoom bounds the places that a page makes at a time.
const slabRoom = 64

// kinds makes nouns of entities.
type kinds struct {
	room int

	enterprises  slab[Enterprise]
	institutions slab[Institution]
	regions      slab[Region]
	programs     slab[Program]
	platforms    slab[Platform]
	projects     slab[Project]
	chains       slab[IndustryChain]
	products     slab[Product]
	groups       slab[Group]
}

// noun gives e the type of its kind.
func (k *kinds) noun(e entity) Entity {
	switch e.head.Kind {
	case "ENTERPRISE":
		return k.enterprises.put(Enterprise{e}, k.room)
	case "INSTITUTION":
		return k.institutions.put(Institution{e}, k.room)
	case "REGION":
		return k.regions.put(Region{e}, k.room)
	case "PROGRAM":
		return k.programs.put(Program{e}, k.room)
	case "PLATFORM":
		return k.platforms.put(Platform{e}, k.room)
	case "PROJECT":
		return k.projects.put(Project{e}, k.room)
	case "INDUSTRY_CHAIN":
		return k.chains.put(IndustryChain{e}, k.room)
	case "PRODUCT":
		return k.products.put(Product{e}, k.room)
	}
	return k.groups.put(Group{e}, k.room)
}

// tieTypes makes nouns of relations.
type tieTypes struct {
	room int

	investments  slab[InvestsIn]
	developments slab[CoDevelopsWith]
	supplies     slab[Supplies]
	leaderships  slab[ChainLeaderOf]
	allTheOthers slab[Link]
}

// tie gives l the type of its relation type.
func (t *tieTypes) tie(l relation) Relation {
	switch l.head.Type {
	case "INVESTS_IN":
		return t.investments.put(InvestsIn{l}, t.room)
	case "CO_DEVELOPS_WITH":
		return t.developments.put(CoDevelopsWith{l}, t.room)
	case "SUPPLIES":
		return t.supplies.put(Supplies{l}, t.room)
	case "CHAIN_LEADER_OF":
		return t.leaderships.put(ChainLeaderOf{l}, t.room)
	}
	return t.allTheOthers.put(Link{l}, t.room)
}
