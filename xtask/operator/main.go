// Command operator is a small operator on controller-runtime, unmodified, and whoever uses it: its kind comes about by a
// CustomResourceDefinition, its objects are made, changed and deleted, and each time it must do its part.
//
// It runs against whatever KUBECONFIG names: `cargo xtask kubectl-memory` names the in-memory server. Its line is
// `websites=N deployments=N farewells=N`.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/go-logr/logr"
	appsv1 "k8s.io/api/apps/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const (
	namespace = "default"
	sites     = 5
)

func main() {
	controllerruntime.SetLogger(logr.Discard())
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "operator:", err)
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
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, apiextensionsv1.AddToScheme, addToScheme} {
		if err := add(scheme); err != nil {
			return err
		}
	}
	user, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return err
	}
	if err := define(ctx, user); err != nil {
		return fmt.Errorf("defining the kind: %w", err)
	}
	manager, err := controllerruntime.NewManager(config, controllerruntime.Options{Scheme: scheme, Metrics: server.Options{BindAddress: "0"}})
	if err != nil {
		return err
	}
	operator := &reconciler{Client: manager.GetClient(), farewells: make(chan string, sites)}
	err = controllerruntime.NewControllerManagedBy(manager).For(&Website{}).Owns(&appsv1.Deployment{}).Complete(operator)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	running, stop := context.WithCancel(ctx)
	go func() { ended <- manager.Start(running) }()
	err = use(ctx, user, operator)
	stop()
	return errors.Join(err, <-ended)
}

// define creates the kind, and waits until it is there.
func define(ctx context.Context, user client.Client) error {
	made := definition()
	if err := user.Create(ctx, made); err != nil {
		return err
	}
	return until(ctx, "established", func() (bool, error) {
		if err := user.Get(ctx, client.ObjectKeyFromObject(made), made); err != nil {
			return false, err
		}
		for _, condition := range made.Status.Conditions {
			if condition.Type == apiextensionsv1.Established && condition.Status == apiextensionsv1.ConditionTrue {
				return true, nil
			}
		}
		return false, nil
	})
}

// use makes websites, changes and deletes them, and waits for what the operator does.
func use(ctx context.Context, user client.Client, operator *reconciler) error {
	for number := range sites {
		site := &Website{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("site-%d", number), Namespace: namespace}, Spec: WebsiteSpec{Image: "registry.example/site:1"}}
		if err := user.Create(ctx, site); err != nil {
			return err
		}
		if site.Spec.Replicas != 1 {
			return fmt.Errorf("%s has %d replicas, not the default", site.Name, site.Spec.Replicas)
		}
	}
	if err := refused(ctx, user); err != nil {
		return err
	}
	for number := range sites {
		if err := follow(ctx, user, types.NamespacedName{Namespace: namespace, Name: fmt.Sprintf("site-%d", number)}); err != nil {
			return fmt.Errorf("site-%d: %w", number, err)
		}
	}
	if err := user.DeleteAllOf(ctx, &Website{}, client.InNamespace(namespace)); err != nil {
		return err
	}
	for range sites {
		select {
		case <-operator.farewells:
		case <-ctx.Done():
			return errors.New("the operator lets nobody go")
		}
	}
	err := until(ctx, "gone", func() (bool, error) {
		left, owned := &WebsiteList{}, &appsv1.DeploymentList{}
		if err := errors.Join(user.List(ctx, left), user.List(ctx, owned)); err != nil {
			return false, err
		}
		return len(left.Items) == 0 && !slices.ContainsFunc(owned.Items, isOwned), nil
	})
	if err != nil {
		return err
	}
	fmt.Printf("websites=%d deployments=%d farewells=%d\n", sites, sites, sites)
	return nil
}

// isOwned says of a Deployment whether a website has made it.
func isOwned(deployment appsv1.Deployment) bool {
	owner := metav1.GetControllerOf(&deployment)
	return owner != nil && owner.Kind == "Website"
}

// refused says whether the server takes what the kind's schema does not allow.
func refused(ctx context.Context, user client.Client) error {
	bad := &Website{ObjectMeta: metav1.ObjectMeta{Name: "bad", Namespace: namespace}, Spec: WebsiteSpec{Image: "x", Replicas: -1}}
	if err := user.Create(ctx, bad); !apierrors.IsInvalid(err) {
		return fmt.Errorf("less than none: %v", err)
	}
	return nil
}

// follow changes a website and plays the part of those that run its pods.
func follow(ctx context.Context, user client.Client, name types.NamespacedName) error {
	site, deployment := &Website{}, &appsv1.Deployment{}
	if err := user.Get(ctx, name, site); err != nil {
		return err
	}
	before := site.DeepCopyObject().(*Website)
	site.Spec.Replicas, site.Spec.Image = 3, "registry.example/site:2"
	if err := user.Patch(ctx, site, client.MergeFrom(before)); err != nil {
		return err
	}
	err := until(ctx, "changed", func() (bool, error) {
		err := user.Get(ctx, name, deployment)
		if err != nil {
			return false, client.IgnoreNotFound(err)
		}
		return *deployment.Spec.Replicas == 3 && deployment.Spec.Template.Spec.Containers[0].Image == site.Spec.Image, nil
	})
	if err != nil {
		return err
	}
	if !metav1.IsControlledBy(deployment, site) {
		return fmt.Errorf("it is controlled by %v", deployment.OwnerReferences)
	}
	running := deployment.DeepCopy()
	running.Status.ReadyReplicas, running.Status.Replicas = 3, 3
	if err := user.Status().Patch(ctx, running, client.MergeFrom(deployment)); err != nil {
		return err
	}
	return until(ctx, "ready", func() (bool, error) {
		err := user.Get(ctx, name, site)
		wanted := WebsiteStatus{Observed: site.Generation, Ready: 3}
		return site.Status == wanted, err
	})
}

// until waits for what comes about a moment later.
func until(ctx context.Context, what string, is func() (bool, error)) error {
	for ctx.Err() == nil {
		if done, err := is(); done || err != nil {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("it is not %s: %w", what, ctx.Err())
}
