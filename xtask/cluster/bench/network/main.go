// Command network is client-go over the network: `network SCENARIO [COUNT [IN_FLIGHT]]`, with the cluster of KUBECONFIG.
// `cargo xtask bench network` runs it beside programs on other libraries; all print the same checksum over the names that they saw.
package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"log"
	"os"
	"strconv"
	"sync"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// names is a checksum over the names of all objects: work that is unlike is seen.
type names struct {
	seen int
	sum  hash.Hash64
}

func (n *names) see(name string) {
	n.seen++
	n.sum.Write([]byte(name))
}

// seeLength stands for an answer: to hash all its bytes would be most of the work.
func (n *names) seeLength(length int) {
	n.seen++
	n.sum.Write(binary.LittleEndian.AppendUint64(nil, uint64(length)))
}

func main() {
	if len(os.Args) < 2 {
		log.Fatal("network SCENARIO [COUNT [IN_FLIGHT]]")
	}
	seen := names{sum: fnv.New64a()}
	if err := run(context.Background(), os.Args[1], number(2), max(1, number(3)), &seen); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("objects=%d checksum=%016x\n", seen.seen, seen.sum.Sum64())
}

func number(at int) int {
	if len(os.Args) <= at {
		return 0
	}
	n, err := strconv.Atoi(os.Args[at])
	if err != nil {
		log.Fatal(err)
	}
	return n
}

// config has client-go's defaults, but no rate limit, and JSON as the others.
func config() (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	config.ContentType = runtime.ContentTypeJSON
	return config, nil
}

func run(ctx context.Context, scenario string, count, inFlight int, seen *names) error {
	config, err := config()
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	namespace, pod := os.Getenv("BENCH_NAMESPACE"), os.Getenv("BENCH_POD")
	switch scenario {
	case "cold":
		version, err := client.Discovery().ServerVersion()
		if err != nil {
			return err
		}
		seen.see(version.GitVersion)
	case "get-bytes":
		path := "/api/v1/namespaces/" + namespace + "/pods/" + pod
		for range count {
			body, err := client.CoreV1().RESTClient().Get().AbsPath(path).DoRaw(ctx)
			if err != nil {
				return err
			}
			seen.seeLength(len(body))
		}
	case "get-typed":
		return getTyped(ctx, client, count, inFlight, seen)
	case "list-typed":
		list, err := client.CoreV1().Pods("").List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		for i := range list.Items {
			seen.see(list.Items[i].Name)
		}
	case "list-metadata":
		return listMetadata(ctx, config, seen)
	case "watch-typed":
		return watchTyped(ctx, client, count, seen)
	default:
		return fmt.Errorf("no scenario %q", scenario)
	}
	return nil
}

func getTyped(ctx context.Context, client kubernetes.Interface, count, inFlight int, seen *names) error {
	pods := client.CoreV1().Pods(os.Getenv("BENCH_NAMESPACE"))
	var left atomic.Int64
	left.Store(int64(count))
	found, errs, group := make(chan string, inFlight), make([]error, inFlight), sync.WaitGroup{}
	for i := range inFlight {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				pod, err := pods.Get(ctx, os.Getenv("BENCH_POD"), metav1.GetOptions{})
				if err != nil {
					errs[i] = err
					return
				}
				found <- pod.Name
			}
		})
	}
	go func() {
		group.Wait()
		close(found)
	}()
	for name := range found {
		seen.see(name)
	}
	return errors.Join(errs...)
}

func listMetadata(ctx context.Context, config *rest.Config, seen *names) error {
	client, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	list, err := client.Resource(corev1.SchemeGroupVersion.WithResource("pods")).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for i := range list.Items {
		seen.see(list.Items[i].Name)
	}
	return nil
}

func watchTyped(ctx context.Context, client kubernetes.Interface, count int, seen *names) error {
	watching, err := client.CoreV1().Pods("").Watch(ctx, metav1.ListOptions{ResourceVersion: "1"})
	if err != nil {
		return err
	}
	defer watching.Stop()
	for event := range watching.ResultChan() {
		pod, isPod := event.Object.(*corev1.Pod)
		switch {
		case event.Type == watch.Bookmark:
			continue
		case event.Type != watch.Modified || !isPod:
			return fmt.Errorf("unexpected %s %T", event.Type, event.Object)
		}
		if seen.see(pod.Name); seen.seen == count {
			return nil
		}
	}
	return errors.New("the watch ended early")
}
