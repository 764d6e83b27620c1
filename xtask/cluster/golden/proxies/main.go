// Command proxies prints which proxy Go and client-go choose for a server, by what the environment says.
//
// Table: crates/k8s-transport/tests/golden/proxies.json
package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"

	"golang.org/x/net/http/httpproxy"
	utilnet "k8s.io/apimachinery/pkg/util/net"

	"k8s.invalid/xtask/cluster/golden/table"
)

//go:embed inputs.json
var inputs []byte

// One environment, and what is asked of it.
type environment struct {
	HTTPS   string `json:"https,omitempty"`
	HTTP    string `json:"http,omitempty"`
	NoProxy string `json:"no_proxy,omitempty"`
	CGI     bool   `json:"cgi,omitempty"`
	URL     string `json:"url"`
}

type chosen struct {
	environment
	Proxy *string `json:"proxy"`
	Error string  `json:"error,omitempty"`
}

// One list of hosts, and which of the servers it exempts.
type exempt struct {
	NoProxy string   `json:"no_proxy"`
	Direct  []string `json:"direct"`
}

func main() {
	var given struct {
		Environments []environment `json:"environments"`
		NoProxy      []string      `json:"no_proxy"`
		Servers      []string      `json:"servers"`
	}
	if err := json.Unmarshal(inputs, &given); err != nil {
		panic(err)
	}
	var environments, lists []any
	for _, row := range given.Environments {
		environments = append(environments, choose(row))
	}
	for _, list := range given.NoProxy {
		row := exempt{NoProxy: list, Direct: []string{}}
		for _, server := range given.Servers {
			if choose(environment{HTTPS: "http://proxy", HTTP: "http://proxy", NoProxy: list, URL: server}).Proxy == nil {
				row.Direct = append(row.Direct, server)
			}
		}
		lists = append(lists, row)
	}
	servers := make([]any, 0, len(given.Servers))
	for _, server := range given.Servers {
		servers = append(servers, server)
	}
	table.Print("k8s.io/apimachinery",
		table.Part{Name: "environments", Rows: environments},
		table.Part{Name: "servers", Rows: servers},
		table.Part{Name: "no_proxy", Rows: lists})
}

// choose asks as client-go's transports do: the addition of apimachinery around x/net's function, which
// net/http has a copy of.
func choose(row environment) chosen {
	config := httpproxy.Config{HTTPSProxy: row.HTTPS, HTTPProxy: row.HTTP, NoProxy: row.NoProxy, CGI: row.CGI}
	inner := config.ProxyFunc()
	// apimachinery reads these two itself, once.
	if err := os.Setenv("NO_PROXY", row.NoProxy); err != nil {
		panic(err)
	}
	if err := os.Unsetenv("no_proxy"); err != nil {
		panic(err)
	}
	proxier := utilnet.NewProxierWithNoProxyCIDR(func(req *http.Request) (*url.URL, error) { return inner(req.URL) })
	target, err := url.Parse(row.URL)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", row.URL, err))
	}
	proxy, err := proxier(&http.Request{URL: target})
	result := chosen{environment: row}
	if err != nil {
		result.Error = err.Error()
	} else if proxy != nil {
		text := proxy.String()
		result.Proxy = &text
	}
	return result
}
