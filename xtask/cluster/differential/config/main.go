// Command config asks client-go what it makes of kubeconfig files: one question a line on standard input, one answer a line on
// standard output, both JSON. `cargo xtask differential config` compares the answers with ours.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// A question names files and says what flags say.
type question struct {
	Explicit   string `json:"explicit"`
	Kubeconfig string `json:"kubeconfig"`
	Home       string `json:"home"`
	Overrides  flags  `json:"overrides"`
}

type flags struct {
	Context              string              `json:"context"`
	Cluster              string              `json:"cluster"`
	User                 string              `json:"user"`
	Namespace            string              `json:"namespace"`
	Server               string              `json:"server"`
	DefaultServer        string              `json:"defaultServer"`
	TLSServerName        string              `json:"tlsServerName"`
	Insecure             bool                `json:"insecure"`
	CertificateAuthority string              `json:"certificateAuthority"`
	ClientCertificate    string              `json:"clientCertificate"`
	ClientKey            string              `json:"clientKey"`
	Token                string              `json:"token"`
	TokenFile            string              `json:"tokenFile"`
	Username             string              `json:"username"`
	Password             string              `json:"password"`
	As                   string              `json:"as"`
	AsUID                string              `json:"asUid"`
	AsGroups             []string            `json:"asGroups"`
	AsUserExtra          map[string][]string `json:"asUserExtra"`
	Timeout              string              `json:"timeout"`
	ProxyURL             string              `json:"proxyUrl"`
	DisableCompression   bool                `json:"disableCompression"`
}

func main() {
	for _, name := range []string{"KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "KUBERNETES_MASTER", "POD_NAMESPACE"} {
		if err := os.Unsetenv(name); err != nil {
			log.Fatal(err)
		}
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	answers := bufio.NewWriter(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			log.Fatalf("reading a question: %v", err)
		}
		line, err := json.Marshal(answer(asked))
		if err != nil {
			log.Fatalf("writing an answer: %v", err)
		}
		fmt.Fprintf(answers, "%s\n", line)
		if err := answers.Flush(); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

// answer resolves as kubectl does, and then makes a client, since some faults are found only there.
func answer(asked question) (result any) {
	defer func() {
		if fault := recover(); fault != nil {
			result = failure{Failed: []string{"panic"}, Text: fmt.Sprint(fault)}
		}
	}()
	config := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules(asked), overrides(asked.Overrides))
	resolved, err := config.ClientConfig()
	if err != nil {
		return failed(err)
	}
	namespace, _, err := config.Namespace()
	if err != nil {
		return failed(err)
	}
	server, err := connectable(resolved)
	if err != nil {
		return failed(err)
	}
	return describe(resolved, server, namespace)
}

func rules(asked question) *clientcmd.ClientConfigLoadingRules {
	clientcmd.RecommendedHomeFile = filepath.Join(asked.Home, ".kube", "config")
	for name, value := range map[string]string{"HOME": asked.Home, "KUBECONFIG": asked.Kubeconfig} {
		if err := os.Setenv(name, value); err != nil {
			log.Fatal(err)
		}
	}
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = asked.Explicit
	rules.Warner = func(error) {}
	return rules
}

func overrides(asked flags) *clientcmd.ConfigOverrides {
	return &clientcmd.ConfigOverrides{
		AuthInfo: clientcmdapi.AuthInfo{
			ClientCertificate:    asked.ClientCertificate,
			ClientKey:            asked.ClientKey,
			Token:                asked.Token,
			TokenFile:            asked.TokenFile,
			Impersonate:          asked.As,
			ImpersonateUID:       asked.AsUID,
			ImpersonateGroups:    asked.AsGroups,
			ImpersonateUserExtra: asked.AsUserExtra,
			Username:             asked.Username,
			Password:             asked.Password,
		},
		ClusterDefaults: clientcmdapi.Cluster{Server: asked.DefaultServer},
		ClusterInfo: clientcmdapi.Cluster{
			Server:                asked.Server,
			TLSServerName:         asked.TLSServerName,
			InsecureSkipTLSVerify: asked.Insecure,
			CertificateAuthority:  asked.CertificateAuthority,
			ProxyURL:              asked.ProxyURL,
			DisableCompression:    asked.DisableCompression,
		},
		Context: clientcmdapi.Context{
			Cluster:   asked.Cluster,
			AuthInfo:  asked.User,
			Namespace: asked.Namespace,
		},
		CurrentContext: asked.Context,
		Timeout:        asked.Timeout,
	}
}
