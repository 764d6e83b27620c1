// Command tasks is what client-go's part of docs/guide/from-client-go.md is quoted from: twelve everyday tasks.
//
// `go vet ./...` sees that it compiles; it runs on whatever KUBECONFIG names, `cargo xtask cluster run` for one.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/retry"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "tasks:", err)
		os.Exit(1)
	}
}

func connect() (*kubernetes.Clientset, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, nil).ClientConfig()
	if err != nil {
		return nil, err
	}
	return kubernetes.NewForConfig(config)
}

func list(ctx context.Context, client kubernetes.Interface) ([]corev1.Pod, error) {
	web := metav1.ListOptions{LabelSelector: "app=web"}
	pods, err := client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, web)
	if err != nil {
		return nil, err
	}
	return pods.Items, nil
}

func find(ctx context.Context, client kubernetes.Interface) (*corev1.Pod, error) {
	pod, err := client.CoreV1().Pods("default").Get(ctx, "web-0", metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	return pod, err
}

func create(ctx context.Context, client kubernetes.Interface) (*corev1.ConfigMap, error) {
	settings := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "settings"},
		Data:       map[string]string{"mode": "slow"},
	}
	return client.CoreV1().ConfigMaps("default").Create(ctx, settings, metav1.CreateOptions{})
}

func apply(ctx context.Context, client kubernetes.Interface) (*corev1.ConfigMap, error) {
	wanted := applycorev1.ConfigMap("settings", "default").WithData(map[string]string{"mode": "fast"})
	options := metav1.ApplyOptions{FieldManager: "tasks", Force: true}
	return client.CoreV1().ConfigMaps("default").Apply(ctx, wanted, options)
}

func patch(ctx context.Context, client kubernetes.Interface) (*corev1.ConfigMap, error) {
	change := []byte(`{"data": {"mode": "fast"}}`)
	return client.CoreV1().ConfigMaps("default").Patch(ctx, "settings", types.MergePatchType, change, metav1.PatchOptions{})
}

func change(ctx context.Context, client kubernetes.Interface) error {
	maps := client.CoreV1().ConfigMaps("default")
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		settings, err := maps.Get(ctx, "settings", metav1.GetOptions{})
		if err != nil {
			return err
		}
		settings.Data["owner"] = "tasks"
		_, err = maps.Update(ctx, settings, metav1.UpdateOptions{})
		return err
	})
}

func remove(ctx context.Context, client kubernetes.Interface) error {
	maps := client.CoreV1().ConfigMaps("default")
	if err := maps.Delete(ctx, "settings", metav1.DeleteOptions{}); err != nil {
		return err
	}
	return wait.PollUntilContextCancel(ctx, time.Second, true, func(ctx context.Context) (bool, error) {
		_, err := maps.Get(ctx, "settings", metav1.GetOptions{})
		return apierrors.IsNotFound(err), nil
	})
}

func watch(ctx context.Context, client kubernetes.Interface, told func(string)) error {
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace("default"))
	defer factory.Shutdown()
	name := func(object any) {
		if pod, ok := object.(*corev1.Pod); ok {
			told(pod.Name)
		}
	}
	_, err := factory.Core().V1().Pods().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    name,
		UpdateFunc: func(_, object any) { name(object) },
	})
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	<-ctx.Done()
	return nil
}

func listAny(ctx context.Context, client *kubernetes.Clientset, objects dynamic.Interface, name string) ([]unstructured.Unstructured, error) {
	groups, err := restmapper.GetAPIGroupResources(client.Discovery())
	if err != nil {
		return nil, err
	}
	mapper := restmapper.NewShortcutExpander(restmapper.NewDiscoveryRESTMapper(groups), client.Discovery(), nil)
	resource, err := mapper.ResourceFor(schema.GroupVersionResource{Resource: name})
	if err != nil {
		return nil, err
	}
	list, err := objects.Resource(resource).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	return list.Items, nil
}

func follow(ctx context.Context, client kubernetes.Interface) error {
	tail := int64(10)
	options := &corev1.PodLogOptions{Follow: true, TailLines: &tail}
	stream, err := client.CoreV1().Pods("default").GetLogs("web-0", options).Stream(ctx)
	if err != nil {
		return err
	}
	defer stream.Close()
	lines := bufio.NewScanner(stream)
	for lines.Scan() {
		fmt.Println(lines.Text())
	}
	return lines.Err()
}

func withoutACluster(ctx context.Context) ([]corev1.Pod, error) {
	web := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Name: "web-0", Namespace: "default", Labels: map[string]string{"app": "web"},
	}}
	return list(ctx, fake.NewClientset(web))
}
