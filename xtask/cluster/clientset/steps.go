package main

import (
	"context"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/watch"
	applyv1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/kubernetes"
)

var steps = []step{
	{"discovery", discovery},
	{"a namespace", makeNamespace},
	{"a service account and its tokens", tokens},
	{"maps and secrets", maps},
	{"a watch", watching},
	{"a deployment, its status and scale", deployment},
	{"a service", service},
	{"a lease", lease},
	{"a revision", revision},
	{"a pod", pod},
	{"reviews", reviews},
	{"roles", roles},
	{"refusals", refusals},
	{"many at once", collection},
}

func named(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Name: name} }

func discovery(_ context.Context, client kubernetes.Interface) error {
	version, err := client.Discovery().ServerVersion()
	if err != nil {
		return err
	}
	if err := want("the minor version", version.Minor, "36"); err != nil {
		return err
	}
	lists, err := client.Discovery().ServerPreferredResources()
	if err != nil {
		return err
	}
	for _, list := range lists {
		for _, found := range list.APIResources {
			if found.Kind == "Deployment" && found.Name == "deployments" {
				return want("its group", list.GroupVersion, "apps/v1")
			}
		}
	}
	return fmt.Errorf("deployments are not discovered")
}

func makeNamespace(ctx context.Context, client kubernetes.Interface) error {
	made, err := client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: named(namespace)}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if err := want("its phase", made.Status.Phase, corev1.NamespaceActive); err != nil {
		return err
	}
	// Pods need the account that controllers make a moment later.
	for ctx.Err() == nil {
		if _, err := client.CoreV1().ServiceAccounts(namespace).Get(ctx, "default", metav1.GetOptions{}); err == nil {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return ctx.Err()
}

func tokens(ctx context.Context, client kubernetes.Interface) error {
	accounts := client.CoreV1().ServiceAccounts(namespace)
	if _, err := accounts.Create(ctx, &corev1.ServiceAccount{ObjectMeta: named("robot")}, metav1.CreateOptions{}); err != nil {
		return err
	}
	seconds := int64(1200)
	asked := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &seconds}}
	given, err := accounts.CreateToken(ctx, "robot", asked, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if left := time.Until(given.Status.ExpirationTimestamp.Time); left < 15*time.Minute || left > 21*time.Minute {
		return fmt.Errorf("it lives for %v", left)
	}
	review := &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: given.Status.Token}}
	review, err = client.AuthenticationV1().TokenReviews().Create(ctx, review, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if extra := review.Status.User.Extra["authentication.kubernetes.io/credential-id"]; len(extra) != 1 {
		return fmt.Errorf("its extra fields are %v", review.Status.User.Extra)
	}
	return want("its user", review.Status.User.Username, "system:serviceaccount:clientset:robot")
}

func maps(ctx context.Context, client kubernetes.Interface) error {
	secrets := client.CoreV1().Secrets(namespace)
	secret := &corev1.Secret{ObjectMeta: named("bytes"), Data: map[string][]byte{"a": {0, 1, 255}, "empty": {}}, StringData: map[string]string{"b": "x"}}
	if _, err := secrets.Create(ctx, secret, metav1.CreateOptions{}); err != nil {
		return err
	}
	found, err := secrets.Get(ctx, "bytes", metav1.GetOptions{})
	if err != nil {
		return err
	}
	if err := want("its bytes", fmt.Sprint(found.Data), "map[a:[0 1 255] b:[120] empty:[]]"); err != nil {
		return err
	}
	patched, err := secrets.Patch(ctx, "bytes", types.StrategicMergePatchType, []byte(`{"metadata":{"labels":{"a":"b"}}}`), metav1.PatchOptions{})
	if err != nil {
		return err
	}
	if err := want("its label", patched.Labels["a"], "b"); err != nil {
		return err
	}
	maps := client.CoreV1().ConfigMaps(namespace)
	applied, err := maps.Apply(ctx, applyv1.ConfigMap("applied", namespace).WithData(map[string]string{"k": "v"}), metav1.ApplyOptions{FieldManager: "clientset"})
	if err != nil {
		return err
	}
	if err := want("its managers", len(applied.ManagedFields), 1); err != nil {
		return err
	}
	applied.Data["k"] = "w"
	applied.BinaryData = map[string][]byte{"n": nil}
	updated, err := maps.Update(ctx, applied, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	return want("its data", updated.Data["k"], "w")
}

func watching(ctx context.Context, client kubernetes.Interface) error {
	maps := client.CoreV1().ConfigMaps(namespace)
	list, err := maps.List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	watcher, err := maps.Watch(ctx, metav1.ListOptions{ResourceVersion: list.ResourceVersion, AllowWatchBookmarks: true})
	if err != nil {
		return err
	}
	defer watcher.Stop()
	if _, err := maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: named("watched")}, metav1.CreateOptions{}); err != nil {
		return err
	}
	if err := maps.Delete(ctx, "watched", metav1.DeleteOptions{}); err != nil {
		return err
	}
	for _, wanted := range []watch.EventType{watch.Added, watch.Deleted} {
		event := <-watcher.ResultChan()
		found, isMap := event.Object.(*corev1.ConfigMap)
		if event.Type != wanted || !isMap || found.Name != "watched" {
			return fmt.Errorf("%s of %v", event.Type, event.Object)
		}
	}
	expired, err := maps.Watch(ctx, metav1.ListOptions{ResourceVersion: "999999"})
	if err != nil {
		return err
	}
	expired.Stop()
	return nil
}

func deployment(ctx context.Context, client kubernetes.Interface) error {
	deployments := client.AppsV1().Deployments(namespace)
	labels := map[string]string{"app": "web"}
	surge := intstr.FromString("25%")
	wanted := &appsv1.Deployment{ObjectMeta: named("web"), Spec: appsv1.DeploymentSpec{
		Selector: &metav1.LabelSelector{MatchLabels: labels},
		Strategy: appsv1.DeploymentStrategy{RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: &surge}},
		Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "c", Image: "registry.example/app:1",
			Resources:     corev1.ResourceRequirements{Limits: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("0.5")}},
			LivenessProbe: &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Port: intstr.FromInt32(80)}}},
		}}}},
	}}
	made, err := deployments.Create(ctx, wanted, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	container := made.Spec.Template.Spec.Containers[0]
	if err := want("its limit", container.Resources.Limits.Cpu().String(), "500m"); err != nil {
		return err
	}
	if err := want("its probe's scheme", container.LivenessProbe.HTTPGet.Scheme, corev1.URISchemeHTTP); err != nil {
		return err
	}
	if err := want("its surge", made.Spec.Strategy.RollingUpdate.MaxSurge.String(), "25%"); err != nil {
		return err
	}
	made.Status = appsv1.DeploymentStatus{Replicas: 1, Conditions: []appsv1.DeploymentCondition{{Type: appsv1.DeploymentAvailable, Status: corev1.ConditionTrue, LastUpdateTime: metav1.NewTime(time.Unix(5, 0))}}}
	made, err = deployments.UpdateStatus(ctx, made, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	if err := want("its condition's time", made.Status.Conditions[0].LastUpdateTime.Unix(), 5); err != nil {
		return err
	}
	scale, err := deployments.UpdateScale(ctx, "web", &autoscalingv1.Scale{ObjectMeta: named("web"), Spec: autoscalingv1.ScaleSpec{Replicas: 4}}, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	if err := want("its scale", scale.Spec.Replicas, 4); err != nil {
		return err
	}
	scale, err = deployments.GetScale(ctx, "web", metav1.GetOptions{})
	if err != nil {
		return err
	}
	return want("its selector", scale.Status.Selector, "app=web")
}

func service(ctx context.Context, client kubernetes.Interface) error {
	ports := []corev1.ServicePort{{Port: 80, TargetPort: intstr.FromString("http")}, {Name: "b", Port: 81}}
	ports[0].Name = "a"
	made, err := client.CoreV1().Services(namespace).Create(ctx, &corev1.Service{ObjectMeta: named("web"), Spec: corev1.ServiceSpec{Ports: ports}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if err := want("its first target", made.Spec.Ports[0].TargetPort.String(), "http"); err != nil {
		return err
	}
	return want("its second target", made.Spec.Ports[1].TargetPort.IntValue(), 81)
}

func lease(ctx context.Context, client kubernetes.Interface) error {
	renewed := metav1.NewMicroTime(time.Unix(7, 8_000))
	made, err := client.CoordinationV1().Leases(namespace).Create(ctx, &coordinationv1.Lease{ObjectMeta: named("held"), Spec: coordinationv1.LeaseSpec{RenewTime: &renewed}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	return want("its time", made.Spec.RenewTime.UnixNano(), 7_000_008_000)
}

func revision(ctx context.Context, client kubernetes.Interface) error {
	data := runtime.RawExtension{Raw: []byte(`{"a":{"b":[1,2.5,null]}}`)}
	made, err := client.AppsV1().ControllerRevisions(namespace).Create(ctx, &appsv1.ControllerRevision{ObjectMeta: named("r"), Data: data, Revision: 3}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	return want("its data", string(made.Data.Raw), `{"a":{"b":[1,2.5,null]}}`)
}

func pod(ctx context.Context, client kubernetes.Interface) error {
	pods := client.CoreV1().Pods(namespace)
	no := false
	wanted := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{GenerateName: "pod-", Finalizers: []string{"example.org/held"}}, Spec: corev1.PodSpec{
		AutomountServiceAccountToken: &no,
		Containers:                   []corev1.Container{{Name: "c", Image: "registry.example/app:1"}},
		Volumes:                      []corev1.Volume{{Name: "v", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
	}}
	made, err := pods.Create(ctx, wanted, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if made.Spec.Volumes[0].EmptyDir == nil || made.Spec.Tolerations == nil && made.Spec.SchedulerName == "" {
		return fmt.Errorf("it is %v", made.Spec)
	}
	wrong := types.UID("another")
	err = pods.Delete(ctx, made.Name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &wrong}})
	if !apierrors.IsConflict(err) {
		return fmt.Errorf("another's deletion: %v", err)
	}
	if err := pods.Delete(ctx, made.Name, *metav1.NewDeleteOptions(0)); err != nil {
		return err
	}
	held, err := pods.Get(ctx, made.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if held.DeletionTimestamp == nil {
		return fmt.Errorf("it does not wait for its finalizer")
	}
	held.Finalizers = nil
	_, err = pods.Update(ctx, held, metav1.UpdateOptions{})
	return err
}

func reviews(ctx context.Context, client kubernetes.Interface) error {
	asked := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: "nobody", Extra: map[string]authorizationv1.ExtraValue{"a": {"b", ""}},
		ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: "get", Resource: "pods"},
	}}
	answered, err := client.AuthorizationV1().SubjectAccessReviews().Create(ctx, asked, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if err := want("the extra fields", fmt.Sprint(answered.Spec.Extra), "map[a:[b ]]"); err != nil {
		return err
	}
	if err := want("what nobody may", answered.Status.Allowed, false); err != nil {
		return err
	}
	self, err := client.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if self.Status.UserInfo.Username == "" {
		return fmt.Errorf("nobody asks")
	}
	rules := &authorizationv1.SelfSubjectRulesReview{Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: namespace}}
	rules, err = client.AuthorizationV1().SelfSubjectRulesReviews().Create(ctx, rules, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if len(rules.Status.ResourceRules) == 0 {
		return fmt.Errorf("there are no rules")
	}
	return nil
}

func roles(ctx context.Context, client kubernetes.Interface) error {
	role := &rbacv1.ClusterRole{ObjectMeta: named("clientset"), AggregationRule: &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "a", Operator: metav1.LabelSelectorOpExists}}}}}}
	if _, err := client.RbacV1().ClusterRoles().Create(ctx, role, metav1.CreateOptions{}); err != nil {
		return err
	}
	found, err := client.RbacV1().ClusterRoles().List(ctx, metav1.ListOptions{Limit: 500})
	if err != nil {
		return err
	}
	for _, role := range found.Items {
		if role.Name == "clientset" {
			return want("its selector", metav1.FormatLabelSelector(&role.AggregationRule.ClusterRoleSelectors[0]), "a")
		}
	}
	return fmt.Errorf("it is not listed")
}

func refusals(ctx context.Context, client kubernetes.Interface) error {
	_, err := client.CoreV1().Pods(namespace).Get(ctx, "none", metav1.GetOptions{})
	if !apierrors.IsNotFound(err) || err.Error() != `pods "none" not found` {
		return fmt.Errorf("a pod that is not there: %v", err)
	}
	_, err = client.CoreV1().Pods(namespace).Create(ctx, &corev1.Pod{ObjectMeta: named("Bad_Name")}, metav1.CreateOptions{})
	if !apierrors.IsInvalid(err) {
		return fmt.Errorf("a bad pod: %v", err)
	}
	status, _ := err.(apierrors.APIStatus)
	if details := status.Status().Details; details == nil || len(details.Causes) < 2 {
		return fmt.Errorf("its causes: %v", details)
	}
	_, err = client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: named(namespace)}, metav1.CreateOptions{})
	if !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("the same again: %v", err)
	}
	return nil
}

func collection(ctx context.Context, client kubernetes.Interface) error {
	maps := client.CoreV1().ConfigMaps(namespace)
	for number := range 7 {
		made := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("many-%d", number), Labels: map[string]string{"many": "yes"}}}
		if _, err := maps.Create(ctx, made, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	page, err := maps.List(ctx, metav1.ListOptions{LabelSelector: "many", Limit: 3})
	if err != nil {
		return err
	}
	if len(page.Items) != 3 || page.Continue == "" {
		return fmt.Errorf("a page of %d, %v", len(page.Items), page.ListMeta)
	}
	if err := maps.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "many"}); err != nil {
		return err
	}
	left, err := maps.List(ctx, metav1.ListOptions{LabelSelector: "many"})
	if err != nil {
		return err
	}
	return want("what is left", len(left.Items), 0)
}
