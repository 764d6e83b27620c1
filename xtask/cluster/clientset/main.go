// Command clientset asks an API server for what client-go's clientset can ask: objects of many kinds, written, read,
// watched and deleted by Go's types, with whatever content type the clientset chooses by itself.
//
// It runs against whatever KUBECONFIG names: `cargo xtask kubectl-memory` names the in-memory server. Its line is
// `calls=N protobuf=N`: how many requests it sent, and how many of them took protobuf.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	namespace = "clientset"
	protobuf  = "application/vnd.kubernetes.protobuf"
)

// A step is what is asked, and what the answer must be.
type step struct {
	name string
	ask  func(context.Context, kubernetes.Interface) error
}

// A counter passes requests on, and looks at what they send and take.
type counter struct {
	next           http.RoundTripper
	calls, typed   atomic.Int64
	sent, answered atomic.Int64
}

func (c *counter) RoundTrip(request *http.Request) (*http.Response, error) {
	c.calls.Add(1)
	if strings.Contains(request.Header.Get("Accept"), protobuf) {
		c.typed.Add(1)
	}
	if request.Header.Get("Content-Type") == protobuf {
		c.sent.Add(1)
	}
	response, err := c.next.RoundTrip(request)
	if err == nil && strings.HasPrefix(response.Header.Get("Content-Type"), protobuf) {
		c.answered.Add(1)
	}
	return response, err
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "clientset:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return err
	}
	config.QPS = -1
	count := &counter{}
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		count.next = next
		return count
	})
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	var failed []error
	for _, step := range steps {
		if err := step.ask(ctx, client); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", step.name, err))
		}
	}
	if count.sent.Load() == 0 || count.answered.Load() == 0 {
		failed = append(failed, errors.New("the clientset does not speak protobuf by itself"))
	}
	if len(failed) > 0 {
		return errors.Join(failed...)
	}
	fmt.Printf("calls=%d protobuf=%d\n", count.calls.Load(), count.typed.Load())
	return nil
}

// want is an error unless what was found is what was wanted.
func want[T comparable](what string, found, wanted T) error {
	if found == wanted {
		return nil
	}
	return fmt.Errorf("%s is %v, not %v", what, found, wanted)
}
