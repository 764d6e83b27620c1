// Command informer watches ConfigMaps with client-go's shared informer while it writes some, and ends when the
// informer's store holds what was written and nothing else.
//
// It runs against whatever KUBECONFIG names: `cargo xtask kubectl-memory` names the in-memory server.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	namespace = "default"
	objects   = 20
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "informer:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	chosen := informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.LabelSelector = "informer=yes" })
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace), chosen)
	informer := factory.Core().V1().ConfigMaps().Informer()
	var added, updated, deleted atomic.Int64
	_, err = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { added.Add(1) },
		UpdateFunc: func(any, any) { updated.Add(1) },
		DeleteFunc: func(any) { deleted.Add(1) },
	})
	if err != nil {
		return err
	}
	if err := create(ctx, client, 0, objects/2); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return errors.New("the informer does not come to know what is there")
	}
	if err := create(ctx, client, objects/2, objects); err != nil {
		return err
	}
	if err := change(ctx, client); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if added.Load() == objects && updated.Load() == objects && deleted.Load() == objects && len(informer.GetStore().List()) == 0 {
			fmt.Printf("added=%d updated=%d deleted=%d\n", added.Load(), updated.Load(), deleted.Load())
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("added=%d updated=%d deleted=%d left=%d", added.Load(), updated.Load(), deleted.Load(), len(informer.GetStore().List()))
}

func name(number int) string { return fmt.Sprintf("informer-%d", number) }

func create(ctx context.Context, client kubernetes.Interface, from, to int) error {
	for number := from; number < to; number++ {
		object := &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: name(number), Labels: map[string]string{"informer": "yes"}},
			Data:       map[string]string{"number": fmt.Sprint(number)},
		}
		if _, err := client.CoreV1().ConfigMaps(namespace).Create(ctx, object, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// change updates one half, patches the other, and deletes all.
func change(ctx context.Context, client kubernetes.Interface) error {
	maps := client.CoreV1().ConfigMaps(namespace)
	for number := range objects {
		if number%2 == 0 {
			object, err := maps.Get(ctx, name(number), metav1.GetOptions{})
			if err != nil {
				return err
			}
			object.Data["updated"] = "yes"
			if _, err := maps.Update(ctx, object, metav1.UpdateOptions{}); err != nil {
				return err
			}
			continue
		}
		patch := []byte(`{"data":{"patched":"yes"}}`)
		if _, err := maps.Patch(ctx, name(number), types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
			return err
		}
	}
	for number := range objects {
		if err := maps.Delete(ctx, name(number), metav1.DeleteOptions{}); err != nil {
			return err
		}
	}
	return nil
}
