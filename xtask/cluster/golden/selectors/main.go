// Command selectors asks apimachinery how label and field selectors are read, printed and matched.
//
// Table: crates/k8s-api-core/tests/golden/selectors.json
package main

import (
	_ "embed"
	"encoding/json"
	"log"
	"slices"

	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"

	"k8s.invalid/xtask/cluster/golden/table"
)

//go:embed inputs.json
var inputs []byte

// A row is one selector: what it is printed as, its requirements, and which sets (by index) it matches; or why not.
type row struct {
	Input        string        `json:"input"`
	Error        string        `json:"error,omitempty"`
	Prints       *string       `json:"prints,omitempty"`
	Requirements []requirement `json:"requirements,omitempty"`
	Matches      []int         `json:"matches,omitempty"`
}

type requirement struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Values   []string `json:"values,omitempty"`
}

func main() {
	var asked struct {
		LabelSets, FieldSets           []map[string]string
		LabelSelectors, FieldSelectors []string
	}
	if err := json.Unmarshal(inputs, &asked); err != nil {
		log.Fatalf("reading inputs.json: %v", err)
	}
	table.Print("k8s.io/apimachinery",
		table.Part{Name: "labelSets", Rows: rows(asked.LabelSets, func(set map[string]string) any { return set })},
		table.Part{Name: "labelSelectors", Rows: rows(asked.LabelSelectors, func(input string) any { return label(input, asked.LabelSets) })},
		table.Part{Name: "fieldSets", Rows: rows(asked.FieldSets, func(set map[string]string) any { return set })},
		table.Part{Name: "fieldSelectors", Rows: rows(asked.FieldSelectors, func(input string) any { return field(input, asked.FieldSets) })},
	)
}

func rows[T any](list []T, answer func(T) any) []any {
	var rows []any
	for _, item := range list {
		rows = append(rows, answer(item))
	}
	return rows
}

func label(input string, sets []map[string]string) row {
	answer := row{Input: input}
	selector, err := labels.Parse(input)
	if err != nil {
		answer.Error = err.Error()
		return answer
	}
	prints := selector.String()
	answer.Prints = &prints
	requirements, _ := selector.Requirements()
	for _, r := range requirements {
		values := slices.Clone(r.ValuesUnsorted())
		slices.Sort(values)
		answer.Requirements = append(answer.Requirements, requirement{r.Key(), string(r.Operator()), values})
	}
	answer.Matches = matching(sets, func(set map[string]string) bool { return selector.Matches(labels.Set(set)) })
	return answer
}

func field(input string, sets []map[string]string) row {
	answer := row{Input: input}
	selector, err := fields.ParseSelector(input)
	if err != nil {
		answer.Error = err.Error()
		return answer
	}
	prints := selector.String()
	answer.Prints = &prints
	for _, r := range selector.Requirements() {
		answer.Requirements = append(answer.Requirements, requirement{r.Field, string(r.Operator), []string{r.Value}})
	}
	answer.Matches = matching(sets, func(set map[string]string) bool { return selector.Matches(fields.Set(set)) })
	return answer
}

func matching(sets []map[string]string, matches func(map[string]string) bool) []int {
	var found []int
	for i, set := range sets {
		if matches(set) {
			found = append(found, i)
		}
	}
	return found
}
