// Package table prints what a library of Kubernetes answered: one row a line, so that a change is one line of a diff.
package table

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
)

// A Part is a named list of rows.
type Part struct {
	Name string
	Rows []any
}

// Print writes the table to standard output; module is the library that answered, named with its version.
func Print(module string, parts ...Part) {
	fmt.Printf("{\n  \"from\": %s", line(module+" "+version(module)))
	for _, part := range parts {
		fmt.Printf(",\n  %s: [", line(part.Name))
		for i, row := range part.Rows {
			if i > 0 {
				fmt.Print(",")
			}
			fmt.Printf("\n    %s", line(row))
		}
		fmt.Print("\n  ]")
	}
	fmt.Print("\n}\n")
}

func line(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		fail("encoding a row: %v", err)
	}
	return string(bytes.TrimSpace(out.Bytes()))
}

// version is what the program was linked with, not what somebody wrote down.
func version(module string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		fail("built without module information")
	}
	for _, dep := range info.Deps {
		if dep.Path != module {
			continue
		}
		if dep.Replace != nil {
			dep = dep.Replace
		}
		return dep.Version
	}
	fail("not linked with %s", module)
	return ""
}

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}
