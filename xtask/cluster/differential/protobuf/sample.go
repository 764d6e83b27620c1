package main

import (
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/randfill"
)

// sample makes an object of a kind, with whatever fields chance fills, and metadata that a server takes.
func sample(place place, chance *rand.Rand) (runtime.Object, error) {
	object, err := scheme.Scheme.New(place.kind)
	if err != nil {
		return nil, err
	}
	filler := randfill.New().RandSource(chance).NilChance(0.3).NumElements(0, 2).MaxDepth(20).Funcs(funcs...)
	filler.Fill(object)
	accessor, err := meta.Accessor(object)
	if err != nil {
		return nil, err
	}
	accessor.SetName(fmt.Sprintf("a%d", chance.Int31()))
	if place.kind.Kind == "IPAddress" {
		accessor.SetName(fmt.Sprintf("10.1.%d.%d", chance.Intn(256), chance.Intn(256)))
	}
	object.GetObjectKind().SetGroupVersionKind(place.kind)
	if definition, is := object.(*apiextensionsv1.CustomResourceDefinition); is {
		define(definition, chance)
	}
	acceptable(object)
	return object, nil
}

// funcs fill types whose values have a form, and fields that servers look at before anything else.
var funcs = []any{
	func(text *string, c randfill.Continue) {
		texts := []string{"", "a", "b-1", "line\nline", "é\U0001f600", "<&>\u2028", "x.example.org/y"}
		*text = texts[c.Intn(len(texts))]
	},
	func(number *int32, c randfill.Continue) { *number = c.Int31n(3)*1000 - 1 },
	func(bytes *[]byte, c randfill.Continue) { *bytes = [][]byte{nil, {}, {0, 255}}[c.Intn(3)] },
	func(at *metav1.Time, c randfill.Continue) {
		*at = []metav1.Time{{}, metav1.Unix(0, 0), metav1.Unix(c.Int63n(1<<33)-1<<31, 0)}[c.Intn(3)]
	},
	func(at *metav1.MicroTime, c randfill.Continue) {
		*at = metav1.NewMicroTime(time.Unix(c.Int63n(1<<33)-1<<31, c.Int63n(1_000_000)*1000))
	},
	func(quantity *resource.Quantity, c randfill.Continue) {
		texts := []string{"0", "1500m", "3Gi", "-2", "0.5", "1e3", "12345678901234567890"}
		*quantity = resource.MustParse(texts[c.Intn(len(texts))])
		// Whoever reads it knows its text; Go remembers in another way what it was made of.
		_ = quantity.String()
	},
	func(either *intstr.IntOrString, c randfill.Continue) {
		choices := []intstr.IntOrString{intstr.FromInt32(c.Int31()), intstr.FromString("25%"), intstr.FromString(""), intstr.FromInt32(0)}
		*either = choices[c.Intn(len(choices))]
	},
	func(raw *runtime.RawExtension, c randfill.Continue) {
		raw.Raw = [][]byte{[]byte(`{"a":[1,2.5,null,"x"]}`), []byte(`{}`)}[c.Intn(2)]
	},
	// Inside of other objects protobuf does not have it.
	func(*metav1.TypeMeta, randfill.Continue) {},
	func(fields *metav1.FieldsV1, _ randfill.Continue) { fields.Raw = []byte(`{"f:a":{}}`) },
	func(metadata *metav1.ObjectMeta, c randfill.Continue) {
		for _, text := range []string{"a", "b.example.org/c"} {
			if c.Bool() {
				metav1.SetMetaDataLabel(metadata, text, "v")
			}
			if c.Bool() {
				metav1.SetMetaDataAnnotation(metadata, text, "line\nline")
			}
		}
		if c.Bool() {
			controls := c.Bool()
			metadata.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Node", Name: "n", UID: "u", Controller: &controls}}
			metadata.Finalizers = []string{"example.org/held"}
		}
	},
}

// acceptable gives an object what servers refuse it without.
func acceptable(object runtime.Object) {
	switch object := object.(type) {
	case *corev1.Pod:
		object.Spec.ServiceAccountName, object.Spec.DeprecatedServiceAccount = "", ""
		object.Spec.AutomountServiceAccountToken = new(bool)
		containers(object.Spec.InitContainers, "i")
		object.Spec.Containers = append(object.Spec.Containers[:min(1, len(object.Spec.Containers))], corev1.Container{})
		containers(object.Spec.Containers, "c")
		object.Spec.EphemeralContainers = nil
		object.Spec.Volumes = nil
		object.Spec.RestartPolicy, object.Spec.DNSPolicy = corev1.RestartPolicyAlways, corev1.DNSDefault
	case *corev1.ConfigMap:
		object.Data, object.BinaryData = keys(object.Data, "a"), keys(object.BinaryData, "b")
	case *corev1.Secret:
		object.Data, object.StringData = keys(object.Data, "a"), keys(object.StringData, "b")
		object.Type = corev1.SecretTypeOpaque
	case *authorizationv1.LocalSubjectAccessReview:
		object.ObjectMeta = metav1.ObjectMeta{Namespace: "default"}
		oneOf(&object.Spec.ResourceAttributes, &object.Spec.NonResourceAttributes, true)
		object.Spec.ResourceAttributes.Namespace, object.Spec.User = "default", "u"
	case *authorizationv1.SelfSubjectAccessReview:
		object.ObjectMeta = metav1.ObjectMeta{}
		oneOf(&object.Spec.ResourceAttributes, &object.Spec.NonResourceAttributes, false)
	case *authorizationv1.SubjectAccessReview:
		object.ObjectMeta = metav1.ObjectMeta{}
		oneOf(&object.Spec.ResourceAttributes, &object.Spec.NonResourceAttributes, false)
		object.Spec.User = "u"
	case *corev1.Service:
		// Addresses and ports of nodes are chosen by chance.
		object.Spec.Type, object.Spec.ClusterIP, object.Spec.ClusterIPs = corev1.ServiceTypeClusterIP, corev1.ClusterIPNone, nil
		object.Spec.HealthCheckNodePort = 0
		for i := range object.Spec.Ports {
			object.Spec.Ports[i].NodePort = 0
		}
	case *rbacv1.ClusterRole:
		object.Rules = rules(object.Rules, true)
	case *rbacv1.Role:
		object.Rules = rules(object.Rules, false)
	case *rbacv1.RoleBinding:
		object.RoleRef = rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "admin"}
		object.Subjects = subjects(object.Subjects)
	case *rbacv1.ClusterRoleBinding:
		object.RoleRef = rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "admin"}
		object.Subjects = subjects(object.Subjects)
	}
}

// oneOf leaves one of both questions, about something that a server can look for.
func oneOf(resource **authorizationv1.ResourceAttributes, path **authorizationv1.NonResourceAttributes, first bool) {
	if first || *path == nil {
		*path = nil
		*resource = &authorizationv1.ResourceAttributes{Verb: "get", Resource: "pods"}
		return
	}
	*resource = nil
}

func containers(all []corev1.Container, prefix string) {
	for i := range all {
		all[i].Name, all[i].Image = fmt.Sprintf("%s%d", prefix, i), "registry.example/app:1"
		all[i].TerminationMessagePolicy, all[i].ImagePullPolicy = corev1.TerminationMessageReadFile, corev1.PullAlways
		all[i].VolumeMounts = nil
	}
}

// keys gives values keys that files may have.
func keys[V any](values map[string]V, prefix string) map[string]V {
	if values == nil {
		return nil
	}
	named := map[string]V{}
	for number, key := range slices.Sorted(maps.Keys(values)) {
		named[fmt.Sprintf("%s.%d", prefix, number)] = values[key]
	}
	return named
}

func rules(all []rbacv1.PolicyRule, paths bool) []rbacv1.PolicyRule {
	for i := range all {
		all[i] = rbacv1.PolicyRule{Verbs: []string{"get", "*"}, APIGroups: []string{""}, Resources: []string{"pods"}, ResourceNames: all[i].ResourceNames}
		if paths && len(all[i].ResourceNames) == 0 && i > 0 {
			all[i] = rbacv1.PolicyRule{Verbs: []string{"get"}, NonResourceURLs: []string{"/healthz"}}
		}
	}
	return all
}

func subjects(all []rbacv1.Subject) []rbacv1.Subject {
	for i := range all {
		all[i] = rbacv1.Subject{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: "u"}
	}
	return all
}
