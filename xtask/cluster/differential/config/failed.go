package main

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"
)

// A failure says which kinds of fault there were, and the whole text.
type failure struct {
	Failed []string `json:"failed"`
	Text   string   `json:"text"`
}

// A class is known by a part of client-go's text; the first that fits holds.
var classes = []struct{ part, class string }{
	{"duplicate name", "duplicate-name"},
	{"illegal base64", "base64"},
	{"cannot unmarshal", "type"},
	{"no kind \"", "version-or-kind"},
	{"no version \"", "version-or-kind"},
	{"unexpected GroupVersion", "version-or-kind"},
	{"yaml: ", "syntax"},
	{"invalid character", "syntax"},
	{"json: unsupported value", "syntax"},
	{"json parse error", "syntax"},
	{"is a directory", "unreadable"},
	{"permission denied", "unreadable"},
	{"not a directory", "unreadable"},
}

var resolveClasses = []struct{ part, class string }{
	{"no configuration has been provided", "no-configuration"},
	{"cluster has no server defined", "no-server"},
	{"default cluster has no server defined", "no-server"},
	{"no server found for cluster", "no-server"},
	{"no context chosen", "no-context"},
	{"context was not found for specified context", "context-not-found"},
	{"invalid 'proxy-url'", "proxy-url"},
	{"\" does not exist", "does-not-exist"},
	{"are both specified for", "both-specified"},
	{"unable to read", "unreadable-material"},
	{"client-key-data or client-key must be specified", "no-key"},
	{"authProvider cannot be provided in combination", "exec"},
	{"to use exec authentication plugin", "exec"},
	{"invalid interactiveMode", "exec"},
	{"more than one authentication method found", "many-methods"},
	{"username/password or bearer token may be set, but not both", "many-methods"},
	{"without impersonating a user", "impersonates-nobody"},
	{"Invalid timeout value", "timeout"},
	{"time: ", "timeout"},
	{"root certificates file with the insecure flag", "authority-and-insecure"},
	{"failed to find any PEM data", "not-pem"},
	{"unable to load root certificates", "not-pem"},
	{"private key does not match public key", "not-pem"},
	{"tls: ", "not-pem"},
	{"host must be a URL", "server"},
	{"parse \"", "server"},
}

func failed(err error) failure {
	var found []string
	for _, one := range flat(err) {
		found = append(found, class(one))
	}
	slices.Sort(found)
	return failure{Failed: slices.Compact(found), Text: err.Error()}
}

func flat(err error) []error {
	aggregate, ok := err.(utilerrors.Aggregate)
	if !ok {
		return []error{err}
	}
	var all []error
	for _, one := range aggregate.Errors() {
		all = append(all, flat(one)...)
	}
	return all
}

func class(err error) string {
	text := err.Error()
	if cause, loading := strings.CutPrefix(text, "error loading config file"); loading {
		for _, known := range classes {
			if strings.Contains(cause, known.part) {
				return known.class
			}
		}
		return "other-load"
	}
	for _, known := range resolveClasses {
		if strings.Contains(text, known.part) {
			return known.class
		}
	}
	var path *fs.PathError
	switch {
	case errors.As(err, &path) && path.Op == "stat":
		return "unreadable"
	case errors.As(err, &path):
		return "unreadable-material"
	default:
		return "other"
	}
}
