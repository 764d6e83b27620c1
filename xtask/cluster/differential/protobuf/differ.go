package main

import (
	"encoding/json"
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
)

// differing says where two objects first differ; nothing where they mean the same.
func differing(plain, typed runtime.Object) (string, error) {
	if equality.Semantic.DeepEqual(plain, typed) {
		return "", nil
	}
	one, err := tree(plain)
	if err != nil {
		return "", err
	}
	another, err := tree(typed)
	if err != nil {
		return "", err
	}
	if place := first("", one, another); place != "" {
		return place, nil
	}
	return "the same as JSON, but not to Go", nil
}

func tree(object runtime.Object) (any, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	var found any
	err = json.Unmarshal(text, &found)
	return found, err
}

// first is the first place where two trees differ, and what stands there.
func first(at string, one, another any) string {
	if reflect.DeepEqual(one, another) {
		return ""
	}
	switch one := one.(type) {
	case map[string]any:
		if another, ok := another.(map[string]any); ok {
			for key, value := range one {
				if place := first(at+"."+key, value, another[key]); place != "" {
					return place
				}
			}
			for key, value := range another {
				if _, known := one[key]; !known {
					return first(at+"."+key, nil, value)
				}
			}
		}
	case []any:
		if another, ok := another.([]any); ok && len(one) == len(another) {
			for index, value := range one {
				if place := first(fmt.Sprintf("%s[%d]", at, index), value, another[index]); place != "" {
					return place
				}
			}
		}
	}
	return fmt.Sprintf("%s is %#v in JSON, %#v in protobuf", at, one, another)
}
