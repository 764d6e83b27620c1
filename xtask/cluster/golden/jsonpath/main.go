// Command jsonpath asks client-go, and kubectl's printer on top of it, how templates are read and filled.
//
// Table: crates/k8s-jsonpath/tests/golden/jsonpath.json
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"log"
	"slices"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/util/jsonpath"
	"k8s.io/kubectl/pkg/cmd/get"

	"k8s.invalid/xtask/cluster/golden/table"
)

//go:embed inputs.json
var inputs []byte

// Go goes through maps in no order; a row whose answer depends on it would be no fact.
const times = 20

// An answer is what was printed or why not.
type answer struct {
	Output *string `json:"output,omitempty"`
	Parse  string  `json:"parse,omitempty"`
	Error  string  `json:"error,omitempty"`
}

type document struct {
	Name string          `json:"name"`
	JSON json.RawMessage `json:"json"`
}

// A filling is one template over one document, strict and with missing keys allowed.
type filling struct {
	Data     string `json:"data"`
	Template string `json:"template"`
	Strict   answer `json:"strict"`
	Allowed  answer `json:"allowed"`
}

// A printing is what `kubectl get -o FORMAT=TEMPLATE` prints of one object, or says.
type printing struct {
	Data   string `json:"data"`
	Format string `json:"format"`
	Strict bool   `json:"strict"`
	answer
}

type relaxation struct {
	Path     string `json:"path"`
	Template string `json:"template"`
	Error    string `json:"error,omitempty"`
}

func main() {
	var in struct {
		Data      map[string]json.RawMessage `json:"data"`
		Templates map[string][]string        `json:"templates"`
		Printed   map[string][]string        `json:"printed"`
		Paths     []string                   `json:"paths"`
	}
	if err := json.Unmarshal(inputs, &in); err != nil {
		log.Fatal(err)
	}
	var documents, fillings, printings, relaxations []any
	for _, name := range sorted(in.Data) {
		var compact bytes.Buffer
		if err := json.Compact(&compact, in.Data[name]); err != nil {
			log.Fatal(err)
		}
		documents = append(documents, document{name, compact.Bytes()})
		for _, template := range in.Templates[name] {
			fillings = append(fillings, filling{name, template,
				again(func() answer { return fill(in.Data[name], template, false) }),
				again(func() answer { return fill(in.Data[name], template, true) })})
		}
		for _, format := range in.Printed[name] {
			for _, strict := range []bool{false, true} {
				printings = append(printings, printing{name, format, strict,
					again(func() answer { return print(in.Data[name], format, !strict) })})
			}
		}
	}
	for _, path := range in.Paths {
		template, err := get.RelaxedJSONPathExpression(path)
		row := relaxation{Path: path, Template: template}
		if err != nil {
			row.Error = err.Error()
		}
		relaxations = append(relaxations, row)
	}
	table.Print("k8s.io/client-go",
		table.Part{Name: "data", Rows: documents},
		table.Part{Name: "filled", Rows: fillings},
		table.Part{Name: "printed", Rows: printings},
		table.Part{Name: "relaxed", Rows: relaxations})
}

func fill(data []byte, template string, allow bool) answer {
	path := jsonpath.New("golden").AllowMissingKeys(allow)
	if err := path.Parse(template); err != nil {
		return answer{Parse: err.Error()}
	}
	var value any
	if err := utiljson.Unmarshal(data, &value); err != nil {
		log.Fatal(err)
	}
	var out bytes.Buffer
	if err := path.Execute(&out, value); err != nil {
		return answer{Error: err.Error()}
	}
	return printed(out)
}

func print(data []byte, format string, allow bool) answer {
	flags := genericclioptions.NewJSONPathPrintFlags("", allow)
	printer, err := flags.ToPrinter(format)
	if err != nil {
		return answer{Parse: err.Error()}
	}
	object := &unstructured.Unstructured{}
	if err := utiljson.Unmarshal(data, &object.Object); err != nil {
		log.Fatal(err)
	}
	var out bytes.Buffer
	if err := printer.PrintObj(object, &out); err != nil {
		return answer{Error: err.Error()}
	}
	return printed(out)
}

func printed(out bytes.Buffer) answer {
	text := out.String()
	if !utf8.ValidString(text) {
		log.Fatalf("no UTF-8, and so nothing for a table: %q", text)
	}
	return answer{Output: &text}
}

func again(ask func() answer) answer {
	first, _ := json.Marshal(ask())
	for range times {
		next, _ := json.Marshal(ask())
		if !bytes.Equal(first, next) {
			log.Fatalf("depends on the order of a map: %s, %s", first, next)
		}
	}
	return ask()
}

func sorted[V any](values map[string]V) []string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
