// Command kubeconfig asks kubectl's own `config` command what it shows of a kubeconfig, and what it makes of one.
//
// Table: crates/k8s-config/tests/golden/kubeconfig.json
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/tools/clientcmd"
	kubectl "k8s.io/kubectl/pkg/cmd/config"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"

	"k8s.invalid/xtask/cluster/golden/table"
)

//go:embed inputs.json
var inputs []byte

// A view is a kubeconfig as kubectl shows it; Args are the flags of `config view`. The input stands in the first view of its name.
type view struct {
	Name   string   `json:"name"`
	Args   []string `json:"args"`
	Input  string   `json:"input,omitempty"`
	Output string   `json:"output,omitempty"`
	Error  string   `json:"error,omitempty"`
}

// An edit is a kubeconfig before and after a command; Args are what stands behind `config`.
type edit struct {
	Name   string   `json:"name"`
	Args   []string `json:"args"`
	Before string   `json:"before"`
	After  string   `json:"after,omitempty"`
	Error  string   `json:"error,omitempty"`
}

// Where kubectl prints pointers.
var addresses = regexp.MustCompile(`0x[0-9a-f]{8,}`)

var flags = [][]string{
	{}, {"-o", "json"}, {"--raw"}, {"--raw", "-o", "json"}, {"--raw", "--minify"}, {"--raw", "--flatten"},
	{"--raw", "--minify", "--context", "b"},
}

func main() {
	var asked struct {
		Files map[string]string
		Views []struct{ Name, Text string }
		Edits []struct {
			Name, Text string
			Args       []string
		}
	}
	if err := json.Unmarshal(inputs, &asked); err != nil {
		log.Fatalf("reading inputs.json: %v", err)
	}
	folder, err := os.MkdirTemp("", "golden-kubeconfig-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	for name, text := range asked.Files {
		write(filepath.Join(folder, name), text)
	}
	var views, edits []any
	for _, one := range asked.Views {
		input := one.Text
		for _, args := range flags {
			out, _, failure := run(folder, one.Text, append([]string{"view"}, args...))
			views = append(views, view{Name: one.Name, Args: args, Input: input, Output: out, Error: failure})
			input = ""
		}
	}
	for _, one := range asked.Edits {
		_, after, failure := run(folder, one.Text, one.Args)
		if failure != "" {
			after = ""
		}
		edits = append(edits, edit{Name: one.Name, Args: one.Args, Before: one.Text, After: after, Error: failure})
	}
	table.Print("k8s.io/kubectl", table.Part{Name: "views", Rows: views}, table.Part{Name: "edits", Rows: edits})
}

func write(path, text string) {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		log.Fatal(err)
	}
}

// run gives the text to `kubectl config` as its kubeconfig; what it prints, what the file says then, and why it failed.
func run(folder, text string, args []string) (out, after, failure string) {
	path := filepath.Join(folder, "config")
	write(path, text)
	if err := os.Chdir(folder); err != nil {
		log.Fatal(err)
	}
	os.Setenv("KUBECONFIG", path)
	defer func() {
		if message := recover(); message != nil {
			failure = strings.ReplaceAll(fmt.Sprint(message), folder, "FOLDER")
			failure = addresses.ReplaceAllString(failure, "0x0")
		}
	}()
	cmdutil.BehaviorOnFatal(func(message string, _ int) { panic(message) })
	var stdout bytes.Buffer
	options := clientcmd.NewDefaultPathOptions()
	command := kubectl.NewCmdConfig(genericclioptions.NewConfigFlags(false), options, genericiooptions.IOStreams{In: os.Stdin, Out: &stdout, ErrOut: io.Discard})
	root := &cobra.Command{Use: "kubectl"}
	root.PersistentFlags().String("context", "", "")
	root.AddCommand(command)
	root.SetArgs(append([]string{"config"}, expand(folder, args)...))
	root.SetOut(io.Discard)
	root.SetErr(io.Discard)
	if err := root.Execute(); err != nil {
		panic(err.Error())
	}
	changed, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	return stdout.String(), strings.ReplaceAll(string(changed), folder, "FOLDER"), ""
}

func expand(folder string, args []string) []string {
	var expanded []string
	for _, arg := range args {
		expanded = append(expanded, strings.ReplaceAll(arg, "FOLDER", folder))
	}
	return expanded
}
