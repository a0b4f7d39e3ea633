package gql

// columnsARecord is how many relations a count goes through in memory for what
// reading the document of one costs, or less.
const columnsARecord = 64

// SpendColumns counts relations that are looked at in memory against the bound
// of records; see [graph.Metered].
func (m *meter) SpendColumns(relations int) error { return m.spend(relations / columnsARecord) }
