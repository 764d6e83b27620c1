// Command request_info asks the API server's own parser what each request means.
//
// Table: crates/k8s-api-core/tests/golden/request_info.json
package main

import (
	"bufio"
	_ "embed"
	"net/http"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/endpoints/request"

	"k8s.invalid/xtask/cluster/golden/table"
)

//go:embed requests.txt
var requests string

// A row holds the request line and what became of it; fields that are empty are left out.
type row struct {
	Method  string `json:"method"`
	Target  string `json:"target"`
	Refused string `json:"refused,omitempty"` // by Go's HTTP server, before the API server sees it
	Error   string `json:"error,omitempty"`   // by the parser; the rest is what it knew by then

	IsResourceRequest bool     `json:"isResourceRequest,omitempty"`
	Path              string   `json:"path,omitempty"`
	Verb              string   `json:"verb,omitempty"`
	APIPrefix         string   `json:"apiPrefix,omitempty"`
	APIGroup          string   `json:"apiGroup,omitempty"`
	APIVersion        string   `json:"apiVersion,omitempty"`
	Namespace         string   `json:"namespace,omitempty"`
	Resource          string   `json:"resource,omitempty"`
	Subresource       string   `json:"subresource,omitempty"`
	Name              string   `json:"name,omitempty"`
	Parts             []string `json:"parts,omitempty"`
	FieldSelector     string   `json:"fieldSelector,omitempty"`
	LabelSelector     string   `json:"labelSelector,omitempty"`
}

func main() {
	factory := &request.RequestInfoFactory{
		APIPrefixes:          sets.NewString("api", "apis"),
		GrouplessAPIPrefixes: sets.NewString("api"),
	}
	var rows []any
	for line := range strings.Lines(requests) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		method, target, _ := strings.Cut(line, " ")
		rows = append(rows, ask(factory, method, target))
	}
	table.Print("k8s.io/apiserver", table.Part{Name: "requests", Rows: rows})
}

func ask(factory *request.RequestInfoFactory, method, target string) row {
	answer := row{Method: method, Target: target}
	head := method + " " + target + " HTTP/1.1\r\nHost: server\r\n\r\n"
	received, err := http.ReadRequest(bufio.NewReader(strings.NewReader(head)))
	if err != nil {
		answer.Refused = err.Error()
		return answer
	}
	info, err := factory.NewRequestInfo(received)
	if err != nil {
		answer.Error = err.Error()
	}
	answer.IsResourceRequest = info.IsResourceRequest
	answer.Path, answer.Verb = info.Path, info.Verb
	answer.APIPrefix, answer.APIGroup, answer.APIVersion = info.APIPrefix, info.APIGroup, info.APIVersion
	answer.Namespace, answer.Resource, answer.Subresource = info.Namespace, info.Resource, info.Subresource
	answer.Name, answer.Parts = info.Name, info.Parts
	answer.FieldSelector, answer.LabelSelector = info.FieldSelector, info.LabelSelector
	return answer
}
