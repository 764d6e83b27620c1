package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// run does one after the other, and says of each what came of it.
func run() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client, err := connect()
	if err != nil {
		return err
	}
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "web-0", Labels: map[string]string{"app": "web"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "registry.example/web:1"}}},
	}
	if _, err := client.CoreV1().Pods("default").Create(ctx, pod, metav1.CreateOptions{}); err != nil {
		return err
	}
	if err := read(ctx, client); err != nil {
		return err
	}
	return write(ctx, client)
}

func read(ctx context.Context, client *kubernetes.Clientset) error {
	pods, err := list(ctx, client)
	if err != nil {
		return err
	}
	found, err := find(ctx, client)
	if err != nil {
		return err
	}
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(clientcmd.NewDefaultClientConfigLoadingRules(), nil).ClientConfig()
	if err != nil {
		return err
	}
	objects, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	maps, err := listAny(ctx, client, objects, "cm")
	if err != nil {
		return err
	}
	faked, err := withoutACluster(ctx)
	if err != nil {
		return err
	}
	watching, stop := context.WithCancel(ctx)
	var told string
	if err := watch(watching, client, func(name string) { told = name; stop() }); err != nil {
		return err
	}
	// A pod that runs nowhere has no logs.
	fmt.Printf("list=%d find=%s any=%t faked=%d watch=%s logs=%v\n", len(pods), found.Name, len(maps) > 0, len(faked), told, follow(ctx, client))
	return nil
}

func write(ctx context.Context, client *kubernetes.Clientset) error {
	if _, err := create(ctx, client); err != nil {
		return err
	}
	if _, err := patch(ctx, client); err != nil {
		return err
	}
	if err := change(ctx, client); err != nil {
		return err
	}
	settings, err := apply(ctx, client)
	if err != nil {
		return err
	}
	fmt.Printf("settings=%v\n", settings.Data)
	return remove(ctx, client)
}
