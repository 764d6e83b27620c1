// Command config reads a kubeconfig and resolves one of its contexts, as kubectl does: `config FILE CONTEXT`.
// `cargo xtask bench config` runs it beside programs on other libraries; all print the same checksum.
package main

import (
	"fmt"
	"hash/fnv"
	"log"
	"os"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("config FILE CONTEXT")
	}
	rules := &clientcmd.ClientConfigLoadingRules{ExplicitPath: os.Args[1]}
	overrides := &clientcmd.ConfigOverrides{CurrentContext: os.Args[2]}
	client := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides)
	config, err := client.ClientConfig()
	if err != nil {
		log.Fatal(err)
	}
	raw, err := client.RawConfig() // loaded once: this is what ClientConfig looked at
	if err != nil {
		log.Fatal(err)
	}
	sum := fnv.New64a()
	fmt.Fprintf(sum, "%s\n%s\n%d\n", strings.TrimRight(config.Host, "/"), config.BearerToken, len(raw.Contexts))
	fmt.Printf("checksum=%016x\n", sum.Sum64())
}
