// Command quantity asks apimachinery how amounts of resources are read, printed, compared and added.
//
// Table: crates/k8s-api-core/tests/golden/quantity.json
package main

import (
	_ "embed"
	"encoding/json"
	"log"

	"k8s.io/apimachinery/pkg/api/resource"

	"k8s.invalid/xtask/cluster/golden/table"
)

//go:embed inputs.json
var inputs []byte

// A reading is one text: its canonical form (not the one that was kept from reading), and whole and in thousandths.
type reading struct {
	Input     string `json:"input"`
	Error     string `json:"error,omitempty"`
	Canonical string `json:"canonical,omitempty"`
	Value     *int64 `json:"value,omitempty"`
	Milli     *int64 `json:"milli,omitempty"`
}

// A pair is two texts: which is more (-1, 0, 1), their sum and their difference.
type pair struct {
	A          string `json:"a"`
	B          string `json:"b"`
	Compares   int    `json:"compares"`
	Sum        string `json:"sum"`
	Difference string `json:"difference"`
}

func main() {
	var asked struct {
		Texts, Operands []string
	}
	if err := json.Unmarshal(inputs, &asked); err != nil {
		log.Fatalf("reading inputs.json: %v", err)
	}
	var readings, pairs []any
	for _, text := range asked.Texts {
		readings = append(readings, read(text))
	}
	for _, a := range asked.Operands {
		for _, b := range asked.Operands {
			pairs = append(pairs, calculate(a, b))
		}
	}
	table.Print("k8s.io/apimachinery", table.Part{Name: "readings", Rows: readings}, table.Part{Name: "pairs", Rows: pairs})
}

func read(text string) reading {
	q, err := resource.ParseQuantity(text)
	if err != nil {
		return reading{Input: text, Error: err.Error()}
	}
	answer := reading{Input: text, Canonical: canonical(q)}
	// Beyond these Go's answers wrap around.
	if limit := resource.MustParse("9e15"); q.Cmp(limit) < 0 && q.Sign() >= 0 {
		value, milli := q.Value(), q.MilliValue()
		answer.Value, answer.Milli = &value, &milli
	}
	return answer
}

// canonical prints q anew: negating forgets the text that was read.
func canonical(q resource.Quantity) string {
	q.Neg()
	q.Neg()
	return q.String()
}

func calculate(a, b string) pair {
	x, y := resource.MustParse(a), resource.MustParse(b)
	sum, difference := x.DeepCopy(), x.DeepCopy()
	sum.Add(y)
	difference.Sub(y)
	return pair{a, b, x.Cmp(y), sum.String(), difference.String()}
}
