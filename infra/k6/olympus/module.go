// Package olympus gives the load engine to k6 scripts as k6/x/olympus. olympus.d.ts is its documentation for scripts.
package olympus

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/errext"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules"

	"olympus-bench/k6/engine"
)

func init() { modules.Register("k6/x/olympus", &root{plans: map[string]*engine.Plan{}}) }

// root is one per process and outlives the VUs: reports are collected here for handleSummary, which k6 runs in a VU of
// its own after the test.
type root struct {
	mu      sync.Mutex
	plans   map[string]*engine.Plan
	reports []*engine.Report
	scripts scripts
}

// instance is one per VU.
type instance struct {
	root    *root
	vu      modules.VU
	metrics *meters
}

var (
	_ modules.Module   = &root{}
	_ modules.Instance = &instance{}
)

func (r *root) NewModuleInstance(vu modules.VU) modules.Instance {
	meters, err := newMeters(vu.InitEnv().Registry)
	if err != nil {
		common.Throw(vu.Runtime(), err)
	}
	return &instance{root: r, vu: vu, metrics: meters}
}

func (i *instance) Exports() modules.Exports {
	return modules.Exports{Named: map[string]any{
		"endpoint":    i.endpoint,
		"loadPlan":    i.loadPlan,
		"run":         i.run,
		"client":      i.client,
		"reports":     i.reports,
		"saveReports": i.saveReports,
	}}
}

// plan is a parsed load plan as a script holds it.
type plan struct{ plan *engine.Plan }

// Statements lists the names of the plan's statements.
func (p *plan) Statements() []string { return p.plan.Names() }

// loadPlan parses a plan once, however many VUs read it.
func (i *instance) loadPlan(text string) (*plan, error) {
	i.root.mu.Lock()
	defer i.root.mu.Unlock()
	parsed := i.root.plans[text]
	if parsed == nil {
		var err error
		if parsed, err = engine.ParsePlan([]byte(text)); err != nil {
			return nil, err
		}
		i.root.plans[text] = parsed
	}
	return &plan{parsed}, nil
}

// run executes one load run inside one k6 iteration. Its error ends the whole test: k6 by itself only logs the error of
// an iteration and ends with success.
func (i *instance) run(call sobek.Value) (sobek.Value, error) {
	if i.vu.State() == nil {
		return nil, fmt.Errorf("run() belongs into a scenario's function: there is nothing to run in the init stage")
	}
	report, err := i.load(call)
	if err != nil {
		i.vu.State().TestStatus.MarkFailed()
		i.vu.Runtime().Interrupt(&errext.InterruptError{Reason: errext.AbortTest + ": " + err.Error()})
		return sobek.Undefined(), nil // an error here would unwind before the interrupt is seen
	}
	return i.vu.Runtime().ToValue(map[string]any{
		"requests": report.Requests, "errors": report.Errors, "dropped": report.Dropped, "seconds": report.Seconds,
	}), nil
}

func (i *instance) load(call sobek.Value) (*engine.Report, error) {
	options, files, err := i.runOptions(call)
	if err != nil {
		return nil, err
	}
	log, err := openLog(files.histograms)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	emitter := newEmitter(i, options)
	options.OnSecond = func(second *engine.Second) error {
		emitter.second(second)
		return log.second(second, emitter.groups)
	}
	defer tune(files.procs, options.Model)()
	report, err := engine.Run(i.vu.Context(), *options)
	if err != nil {
		return nil, err
	}
	emitter.finish(report)
	i.root.mu.Lock()
	defer i.root.mu.Unlock()
	i.root.reports = append(i.root.reports, report)
	return report, nil
}

// saveReports writes them to a file, for scripts whose run has no summary: k6 then calls no handleSummary.
func (i *instance) saveReports(path string) error {
	text, err := i.reports()
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o600)
}

// reports is a JSON text with the reports of all runs so far, for handleSummary.
func (i *instance) reports() (string, error) {
	i.root.mu.Lock()
	defer i.root.mu.Unlock()
	all := i.root.reports
	script, err := i.root.scripts.finish()
	if err != nil {
		return "", err
	}
	if script != nil {
		all = append(all[:len(all):len(all)], script)
	}
	text, err := json.Marshal(map[string]any{"version": 1, "runs": all})
	return string(text), err
}
