package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
)

// A place is where objects of a kind are created.
type place struct {
	kind schema.GroupVersionKind
	path string
}

// A format is how objects are sent and answered.
type format struct {
	mediaType string
	code      runtime.Serializer
}

var (
	asJSON     = format{runtime.ContentTypeJSON, json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme.Scheme, scheme.Scheme, json.SerializerOptions{})}
	asProtobuf = format{runtime.ContentTypeProtobuf, protobuf.NewSerializer(scheme.Scheme, scheme.Scheme)}
)

// placesOf asks the server where objects of Go's types can be created.
func placesOf(server discovery.DiscoveryInterface) ([]place, error) {
	_, lists, err := server.ServerGroupsAndResources()
	if err != nil {
		return nil, err
	}
	var found []place
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return nil, err
		}
		for _, resource := range list.APIResources {
			kind := version.WithKind(resource.Kind)
			if !scheme.Scheme.Recognizes(kind) || !isCreated(resource) {
				continue
			}
			path := "/apis/" + list.GroupVersion
			if version.Group == "" {
				path = "/api/" + list.GroupVersion
			}
			if resource.Namespaced {
				path += "/namespaces/default"
			}
			found = append(found, place{kind, path + "/" + resource.Name})
		}
	}
	return found, nil
}

func isCreated(resource metav1.APIResource) bool {
	return slices.Contains(resource.Verbs, "create") && !strings.Contains(resource.Name, "/")
}

// send creates an object without keeping it; its answer is bytes, or a refusal.
func send(server rest.Interface, place place, object runtime.Object, as format) ([]byte, error) {
	var body bytes.Buffer
	if err := as.code.Encode(object, &body); err != nil {
		return nil, err
	}
	request := server.Post().AbsPath(place.path).Param("dryRun", "All").Param("fieldManager", "protobuf")
	request.SetHeader("Accept", as.mediaType).SetHeader("Content-Type", as.mediaType)
	result := request.Body(body.Bytes()).Do(background)
	var media string
	if err := result.ContentType(&media).Error(); err != nil {
		return nil, err
	}
	if media != as.mediaType {
		return nil, fmt.Errorf("the answer is %s, not %s", media, as.mediaType)
	}
	return result.Raw()
}

// refusals says how two errors differ.
func refusals(plain, typed error) string {
	if plain == nil || typed == nil {
		return fmt.Sprintf("JSON: %v, protobuf: %v", plain, typed)
	}
	one, another := plain.(apierrors.APIStatus).Status(), typed.(apierrors.APIStatus).Status()
	if !equality.Semantic.DeepEqual(one, another) {
		return fmt.Sprintf("JSON: %+v, protobuf: %+v", one, another)
	}
	return ""
}

// answers says how two answers differ from each other, and the second from what Go would write.
func answers(plain, typed []byte) (string, error) {
	one, _, err := asJSON.code.Decode(plain, nil, nil)
	if err != nil {
		return "", err
	}
	another, _, err := asProtobuf.code.Decode(typed, nil, nil)
	if err != nil {
		return fmt.Sprintf("no protobuf: %v", err), nil
	}
	var written bytes.Buffer
	if err := asProtobuf.code.Encode(another, &written); err != nil {
		return "", err
	}
	if !bytes.Equal(written.Bytes(), typed) {
		return fmt.Sprintf("not Go's bytes:\n%q\n%q", typed, written.Bytes()), nil
	}
	if one, err = called(plain, one, another); err != nil {
		return "", err
	}
	for _, object := range []runtime.Object{one, another} {
		// When each was made.
		accessor, err := meta.Accessor(object)
		if err != nil {
			return "", err
		}
		accessor.SetCreationTimestamp(metav1.Time{})
		fields := accessor.GetManagedFields()
		for i := range fields {
			fields[i].Time = nil
		}
	}
	return differing(one, another)
}

// called gives an object the UID of another wherever it says its own: each create makes one, and labels may repeat it.
func called(text []byte, one, another runtime.Object) (runtime.Object, error) {
	from, err := meta.Accessor(one)
	if err != nil {
		return nil, err
	}
	to, err := meta.Accessor(another)
	if err != nil || from.GetUID() == "" {
		return one, err
	}
	text = bytes.ReplaceAll(text, []byte(from.GetUID()), []byte(to.GetUID()))
	one, _, err = asJSON.code.Decode(text, nil, nil)
	return one, err
}
