package main

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
)

const finalizer = "operator.example.org/farewell"

// A reconciler keeps a Deployment for each Website, and tells in its status how many pods are ready.
type reconciler struct {
	client.Client
	// farewells has the names of those that went.
	farewells chan string
}

func (r *reconciler) Reconcile(ctx context.Context, request controllerruntime.Request) (controllerruntime.Result, error) {
	var none controllerruntime.Result
	site := &Website{}
	if err := r.Get(ctx, request.NamespacedName, site); err != nil {
		return none, client.IgnoreNotFound(err)
	}
	if !site.DeletionTimestamp.IsZero() {
		return none, r.release(ctx, site)
	}
	if controllerutil.AddFinalizer(site, finalizer) {
		if err := r.Update(ctx, site); err != nil {
			return none, err
		}
	}
	deployment := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: site.Name, Namespace: site.Namespace}}
	_, err := controllerutil.CreateOrUpdate(ctx, r.Client, deployment, func() error {
		want(site, deployment)
		return controllerutil.SetControllerReference(site, deployment, r.Scheme())
	})
	if err != nil {
		return none, err
	}
	before := site.DeepCopyObject().(*Website)
	site.Status = WebsiteStatus{Observed: site.Generation, Ready: deployment.Status.ReadyReplicas}
	if site.Status == before.Status {
		return none, nil
	}
	return none, r.Status().Patch(ctx, site, client.MergeFrom(before))
}

// release lets a Website go.
func (r *reconciler) release(ctx context.Context, site *Website) error {
	if !controllerutil.RemoveFinalizer(site, finalizer) {
		return nil
	}
	if err := r.Update(ctx, site); err != nil {
		return err
	}
	r.farewells <- site.Name
	return nil
}

// want makes a Deployment what a Website asks for.
func want(site *Website, deployment *appsv1.Deployment) {
	labels := map[string]string{"website": site.Name}
	deployment.Spec.Replicas = &site.Spec.Replicas
	deployment.Spec.Selector = &metav1.LabelSelector{MatchLabels: labels}
	deployment.Spec.Template.Labels = labels
	if len(deployment.Spec.Template.Spec.Containers) == 0 {
		deployment.Spec.Template.Spec.Containers = []corev1.Container{{Name: "site"}}
	}
	deployment.Spec.Template.Spec.Containers[0].Image = site.Spec.Image
}
