//go:build libraries

// Package cluster keeps the libraries that our own Go programs (golden tables) are built from in go.mod,
// at the versions of the control plane: `go mod tidy` counts imports under every build tag.
package cluster

import (
	_ "github.com/evanphx/json-patch"
	_ "gopkg.in/evanphx/json-patch.v4" // the one that kube-apiserver itself imports
	_ "k8s.io/apimachinery/pkg/labels"
	_ "k8s.io/apiserver/pkg/endpoints/request"
	_ "k8s.io/client-go/tools/clientcmd"
	_ "sigs.k8s.io/yaml"
)
