package main

import (
	"fmt"
	"math/rand"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// define makes a definition that servers take: its name goes with its kind, and its schema has what protobuf has no plain
// form for, in whatever mixture.
func define(definition *apiextensionsv1.CustomResourceDefinition, chance *rand.Rand) {
	plural := fmt.Sprintf("p%d", chance.Int31())
	definition.Name = plural + ".example.org"
	whole := apiextensionsv1.JSONSchemaProps{Type: "object", Properties: map[string]apiextensionsv1.JSONSchemaProps{
		"spec": {Type: "object", Description: "é <&>", Properties: map[string]apiextensionsv1.JSONSchemaProps{}},
	}}
	for name, field := range fields(chance) {
		if chance.Intn(3) > 0 {
			whole.Properties["spec"].Properties[name] = field
		}
	}
	version := apiextensionsv1.CustomResourceDefinitionVersion{
		Name: "v1", Served: true, Storage: true,
		Schema: &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &whole},
	}
	if chance.Intn(2) > 0 {
		version.Subresources = &apiextensionsv1.CustomResourceSubresources{
			Status: &apiextensionsv1.CustomResourceSubresourceStatus{},
			Scale:  &apiextensionsv1.CustomResourceSubresourceScale{SpecReplicasPath: ".spec.replicas", StatusReplicasPath: ".status.replicas"},
		}
		version.AdditionalPrinterColumns = []apiextensionsv1.CustomResourceColumnDefinition{{Name: "R", Type: "integer", JSONPath: ".spec.replicas"}}
	}
	definition.Spec = apiextensionsv1.CustomResourceDefinitionSpec{
		Group: "example.org", Scope: apiextensionsv1.NamespaceScoped,
		Names:    apiextensionsv1.CustomResourceDefinitionNames{Plural: plural, Kind: "K" + plural, ShortNames: []string{"s" + plural}},
		Versions: []apiextensionsv1.CustomResourceDefinitionVersion{version},
	}
	definition.Status = apiextensionsv1.CustomResourceDefinitionStatus{}
}

// fields are schemas of every form.
func fields(chance *rand.Rand) map[string]apiextensionsv1.JSONSchemaProps {
	number, length, yes := []float64{1, 0.5, -3}[chance.Intn(3)], int64(chance.Intn(9)), true
	raw := func(text string) apiextensionsv1.JSON { return apiextensionsv1.JSON{Raw: []byte(text)} }
	text := raw(`"a"`)
	inner := apiextensionsv1.JSONSchemaProps{Type: "string", MaxLength: &length}
	return map[string]apiextensionsv1.JSONSchemaProps{
		"any":      {XPreserveUnknownFields: &yes, Type: "object"},
		"default":  {Type: "string", Default: &text, Enum: []apiextensionsv1.JSON{text, raw(`"b"`)}},
		"either":   {XIntOrString: true, Nullable: true},
		"list":     {Type: "array", Items: &apiextensionsv1.JSONSchemaPropsOrArray{Schema: &inner}},
		"map":      {Type: "object", AdditionalProperties: &apiextensionsv1.JSONSchemaPropsOrBool{Allows: true, Schema: &inner}},
		"number":   {Type: "number", Maximum: &number, ExclusiveMaximum: true},
		"pattern":  {Type: "string", Pattern: "^a.*\n?$", Example: &text, ExternalDocs: &apiextensionsv1.ExternalDocumentation{URL: "x"}},
		"replicas": {Type: "integer", Format: "int32", Minimum: &number},
	}
}
