package main

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"path/filepath"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// connectable makes a client and returns the URL it would use. Plugins are left out: they are looked at when they run.
func connectable(config *rest.Config) (*url.URL, error) {
	config = rest.CopyConfig(config)
	config.ExecProvider, config.AuthProvider = nil, nil
	config.Timeout = 0 // it would become part of the URL
	config.NegotiatedSerializer = serializer.NewCodecFactory(runtime.NewScheme())
	client, err := rest.UnversionedRESTClientFor(config)
	if err != nil {
		return nil, err
	}
	return client.Get().URL(), nil
}

// An answer says what was resolved: secrets as hashes, files as absolute paths.
type answered struct {
	Server             string            `json:"server"`
	Roots              string            `json:"roots"`
	ServerName         string            `json:"serverName"`
	Namespace          string            `json:"namespace"`
	Proxy              string            `json:"proxy"`
	DisableCompression bool              `json:"disableCompression"`
	TimeoutNanos       int64             `json:"timeoutNanos"`
	Token              string            `json:"token"`
	TokenFile          string            `json:"tokenFile"`
	Certificate        string            `json:"certificate"`
	Key                string            `json:"key"`
	Username           string            `json:"username"`
	Password           string            `json:"password"`
	Exec               *plugin           `json:"exec"`
	AuthProvider       string            `json:"authProvider"`
	ProviderConfig     map[string]string `json:"providerConfig"`
	As                 string            `json:"as"`
	AsUID              string            `json:"asUid"`
	AsGroups           []string          `json:"asGroups"`
	AsUserExtra        any               `json:"asUserExtra"`
}

type plugin struct {
	Command            string          `json:"command"`
	Args               []string        `json:"args"`
	Env                [][2]string     `json:"env"`
	APIVersion         string          `json:"apiVersion"`
	InstallHint        string          `json:"installHint"`
	ProvideClusterInfo bool            `json:"provideClusterInfo"`
	InteractiveMode    string          `json:"interactiveMode"`
	Config             json.RawMessage `json:"config"`
}

func describe(config *rest.Config, server *url.URL, namespace string) answered {
	return answered{
		Server:             server.String(),
		Roots:              roots(config.TLSClientConfig),
		ServerName:         config.ServerName,
		Namespace:          namespace,
		Proxy:              proxy(config),
		DisableCompression: config.DisableCompression,
		TimeoutNanos:       config.Timeout.Nanoseconds(),
		Token:              hash([]byte(config.BearerToken)),
		TokenFile:          absolute(config.BearerTokenFile),
		Certificate:        material(config.CertData, config.CertFile),
		Key:                material(config.KeyData, config.KeyFile),
		Username:           config.Username,
		Password:           hash([]byte(config.Password)),
		Exec:               program(config.ExecProvider),
		AuthProvider:       provider(config).Name,
		ProviderConfig:     hashes(provider(config).Config),
		As:                 config.Impersonate.UserName,
		AsUID:              config.Impersonate.UID,
		AsGroups:           append([]string{}, config.Impersonate.Groups...),
		AsUserExtra:        extra(config.Impersonate.Extra),
	}
}

func roots(config rest.TLSClientConfig) string {
	switch found := material(config.CAData, config.CAFile); {
	case found != "":
		return found
	case config.Insecure:
		return "unverified"
	default:
		return "system"
	}
}

func proxy(config *rest.Config) string {
	if config.Proxy == nil {
		return ""
	}
	found, err := config.Proxy(&http.Request{URL: &url.URL{Scheme: "https", Host: "example.invalid"}})
	if err != nil || found == nil {
		return fmt.Sprint("unusable: ", err)
	}
	return found.String()
}

func program(exec *clientcmdapi.ExecConfig) *plugin {
	if exec == nil {
		return nil
	}
	described := plugin{
		Command:            exec.Command,
		Args:               []string{},
		Env:                [][2]string{},
		APIVersion:         exec.APIVersion,
		InstallHint:        exec.InstallHint,
		ProvideClusterInfo: exec.ProvideClusterInfo,
		InteractiveMode:    string(exec.InteractiveMode),
	}
	for _, arg := range exec.Args {
		described.Args = append(described.Args, hash([]byte(arg)))
	}
	for _, env := range exec.Env {
		described.Env = append(described.Env, [2]string{env.Name, hash([]byte(env.Value))})
	}
	if unknown, ok := exec.Config.(*runtime.Unknown); ok {
		described.Config = unknown.Raw
	}
	return &described
}

func provider(config *rest.Config) clientcmdapi.AuthProviderConfig {
	if config.AuthProvider == nil {
		return clientcmdapi.AuthProviderConfig{}
	}
	return *config.AuthProvider
}

func hashes(values map[string]string) map[string]string {
	hashed := map[string]string{}
	for name, value := range values {
		hashed[name] = hash([]byte(value))
	}
	return hashed
}

func extra(values map[string][]string) map[string][]string {
	filled := map[string][]string{}
	for name, list := range values {
		filled[name] = append([]string{}, list...)
	}
	return filled
}

func material(data []byte, file string) string {
	if len(data) > 0 {
		return hash(data)
	}
	return absolute(file)
}

func absolute(path string) string {
	if path == "" {
		return ""
	}
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// hash is FNV-1a, 64 bits; nothing stays nothing.
func hash(data []byte) string {
	if len(data) == 0 {
		return ""
	}
	hash := fnv.New64a()
	hash.Write(data)
	return fmt.Sprintf("#%016x", hash.Sum64())
}
