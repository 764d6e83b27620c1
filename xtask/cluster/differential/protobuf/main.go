// Command protobuf compares an API server's protobuf with its JSON and with Go's own code.
//
// A seed makes objects of every built-in kind that the server lets one create. Each is sent twice, as JSON and as
// protobuf, to be kept nowhere (`dryRun=All`). Both answers must mean the same, in Go's types; and the bytes of the one in
// protobuf must be those that Go writes of what they say. Refusals are compared, too.
//
// It asks whatever KUBECONFIG names. Its last line is `cases=N unexplained=N`.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"sort"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

func main() {
	cases := flag.Int("cases", 1000, "how many objects")
	seed := flag.Int64("seed", 1, "what chance begins with")
	flag.Parse()
	bad, err := run(*cases, *seed)
	if err != nil {
		fmt.Fprintln(os.Stderr, "protobuf:", err)
		os.Exit(1)
	}
	if bad {
		os.Exit(1)
	}
}

func run(cases int, seed int64) (bool, error) {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return false, err
	}
	config.QPS = -1
	if err := apiextensionsv1.AddToScheme(scheme.Scheme); err != nil {
		return false, err
	}
	found, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return false, err
	}
	places, err := placesOf(found)
	if err != nil {
		return false, err
	}
	server := found.RESTClient()
	tally := tally{accepted: map[string]int{}, says: map[string]string{}}
	for number := range cases {
		place := places[number%len(places)]
		difference, err := ask(server, place, rand.New(rand.NewSource(seed<<32+int64(number))), &tally)
		if err != nil {
			return false, fmt.Errorf("case %d, %s: %w", number, place.kind.Kind, err)
		}
		if difference != "" {
			tally.unexplained++
			fmt.Printf("case %d, %s: %s\n", number, place.kind.Kind, difference)
		}
	}
	return tally.print(cases, places), nil
}

// A tally counts what was asked.
type tally struct {
	accepted map[string]int
	// The last refusal of each kind.
	says                 map[string]string
	refused, unexplained int
}

// print says how it went, and whether that is bad: differences, or a kind of which no object was taken.
func (t *tally) print(cases int, places []place) bool {
	var never []string
	taken := 0
	for _, place := range places {
		name := place.kind.String()
		taken += t.accepted[name]
		if t.accepted[name] == 0 && cases >= 5*len(places) {
			never = append(never, fmt.Sprintf("%s (%s)", place.kind.Kind, t.says[name]))
		}
	}
	sort.Strings(never)
	fmt.Printf("kinds=%d accepted=%d refused=%d never accepted=[%s]\n", len(places), taken, t.refused, strings.Join(never, " "))
	fmt.Printf("cases=%d unexplained=%d\n", cases, t.unexplained)
	return t.unexplained > 0 || len(never) > 0
}

// ask sends one object in both ways, and says how the answers differ.
func ask(server rest.Interface, place place, chance *rand.Rand, tally *tally) (string, error) {
	object, err := sample(place, chance)
	if err != nil {
		return "", err
	}
	plain, plainErr := send(server, place, object, asJSON)
	typed, typedErr := send(server, place, object, asProtobuf)
	if plainErr != nil || typedErr != nil {
		for _, err := range []error{plainErr, typedErr} {
			if _, isStatus := err.(apierrors.APIStatus); err != nil && !isStatus {
				return "", err
			}
		}
		tally.refused++
		tally.says[place.kind.String()] = fmt.Sprint(plainErr)
		return refusals(plainErr, typedErr), nil
	}
	tally.accepted[place.kind.String()]++
	return answers(plain, typed)
}

var background = context.Background()
