// Command types tells what OpenAPI does not of the types of k8s.io/api, and of those of custom resources and of
// aggregated servers: Go's names for them, what is written when it is empty, what may be absent, and the numbers of
// protobuf's fields.
//
// It prints one JSON object: types by the names that OpenAPI has for them.
package main

import (
	"encoding/json"
	"log"
	"os"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

// A shape is a struct: Go's name for it and its fields, those of embedded structs among them.
type shape struct {
	Go     string            `json:"go"`
	Fields map[string]*field `json:"fields"`
}

// A field is how a struct holds a value.
type field struct {
	value
	// Omit is when the field is not written: when it is "empty", when it is "zero", or (no word) never.
	Omit string `json:"omit,omitempty"`
	// Number is protobuf's; more than one leads through embedded structs.
	Number []int `json:"number,omitempty"`
	// GoName is Go's, where it is not JSON's with a capital.
	GoName string `json:"goName,omitempty"`
	// In names the embedded structs that the field stands in.
	In []string `json:"in,omitempty"`
}

// A place is where the fields of an embedded struct stand in its outer one.
type place struct {
	numbers []int
	names   []string
	// unnumbered is a struct that protobuf does not have: TypeMeta.
	unnumbered bool
}

// A value is a Go type without its pointer.
type value struct {
	Go      string `json:"go"`
	Pointer bool   `json:"pointer,omitempty"`
	Item    *value `json:"item,omitempty"`
}

type shapes map[string]*shape

func main() {
	found := shapes{}
	for _, add := range []func(*runtime.Scheme) error{apiextensionsv1.AddToScheme, apiregistrationv1.AddToScheme} {
		if err := add(scheme.Scheme); err != nil {
			log.Fatalf("types: %v", err)
		}
	}
	for _, known := range scheme.Scheme.AllKnownTypes() {
		found.collect(known)
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		log.Fatalf("writing: %v", err)
	}
}

// collect adds a struct and all that it is made of.
func (s shapes) collect(t reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	name := nameOf(t)
	if _, known := s[name]; known || t.Kind() != reflect.Struct || isOpaque(t) {
		return
	}
	found := &shape{Go: t.String(), Fields: map[string]*field{}}
	s[name] = found
	s.fields(found, t, place{})
}

func (s shapes) fields(into *shape, t reflect.Type, at place) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		number := numberOf(f, at)
		if name == "" && f.Anonymous {
			inner := f.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			names := append(append([]string{}, at.names...), f.Name)
			s.fields(into, inner, place{numbers: number, names: names, unnumbered: number == nil})
			continue
		}
		if name == "" || name == "-" {
			continue
		}
		told := &field{value: valueOf(f.Type), Omit: omit(f.Type, options), Number: number, In: at.names}
		if f.Name != capitalized(name) {
			told.GoName = f.Name
		}
		into.Fields[name] = told
		s.collect(f.Type)
	}
}

func capitalized(name string) string {
	return string(unicode.ToUpper(rune(name[0]))) + name[1:]
}

// omit is when encoding/json leaves a field out: `omitempty` means nothing for structs.
func omit(t reflect.Type, options string) string {
	for option := range strings.SplitSeq(options, ",") {
		switch {
		case option == "omitzero":
			return "zero"
		case option == "omitempty" && t.Kind() != reflect.Struct:
			// Where both stand, `omitzero` decides for structs only.
			return "empty"
		}
	}
	return ""
}

func numberOf(f reflect.StructField, at place) []int {
	parts := strings.Split(f.Tag.Get("protobuf"), ",")
	if len(parts) < 2 || at.unnumbered {
		return nil
	}
	number, err := strconv.Atoi(parts[1])
	if err != nil {
		log.Fatalf("%s: protobuf:%q", f.Name, f.Tag.Get("protobuf"))
	}
	return append(append([]int{}, at.numbers...), number)
}

func valueOf(t reflect.Type) value {
	var found value
	if t.Kind() == reflect.Pointer {
		found.Pointer = true
		t = t.Elem()
	}
	found.Go = t.String()
	if isList := t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8; isList || t.Kind() == reflect.Map {
		item := valueOf(t.Elem())
		found.Item = &item
	}
	return found
}

// isOpaque says of types that write themselves that they have no fields: Time, Quantity and the like.
func isOpaque(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]())
}

// nameOf turns k8s.io/api/core/v1.Pod into io.k8s.api.core.v1.Pod.
func nameOf(t reflect.Type) string {
	domain, path, _ := strings.Cut(t.PkgPath(), "/")
	domains := strings.Split(domain, ".")
	for i, j := 0, len(domains)-1; i < j; i, j = i+1, j-1 {
		domains[i], domains[j] = domains[j], domains[i]
	}
	return strings.Join(domains, ".") + "." + strings.ReplaceAll(path, "/", ".") + "." + t.Name()
}
