// Package engine executes a load plan against PostgreSQL: it schedules, sends, and records.
// It knows nothing of k6; package olympus gives it to scripts.
package engine

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Plan is what scenarios/load-plan.ts compiles: statements, the tenants in whose name they run, and drawn parameters.
type Plan struct {
	// Settings are made in each request's transaction, for its tenant; none: requests are single statements. nil (a plan of
	// before projects): the shop's two.
	Settings   []string    `json:"settings"`
	Statements []Statement `json:"statements"`
	Tenants    []Tenant    `json:"tenants"`
	// Draws holds parameter tuples by statement name and tenant index (as decimal text, because it is a JSON key).
	Draws map[string]map[string][]Draw `json:"draws"`
}

// Statement is one SQL text with its share of the mix.
type Statement struct {
	Name   string  `json:"name"`
	SQL    string  `json:"sql"`
	Weight float64 `json:"weight"`
	Role   string  `json:"role"`
	Kind   string  `json:"kind"`
}

// Tenant is an identity: an organization and one of its users. Class groups it in the results.
type Tenant struct {
	Class  string  `json:"class"`
	ID     string  `json:"id"`
	UserID string  `json:"userId"`
	Weight float64 `json:"weight"`
	// Identity has the values of the plan's settings.
	Identity []string `json:"identity"`
}

// Draw is one tuple of parameters as text; nil is NULL.
type Draw []*string

// ParsePlan reads and checks a plan.
func ParsePlan(text []byte) (*Plan, error) {
	var plan Plan
	if err := json.Unmarshal(text, &plan); err != nil {
		return nil, fmt.Errorf("the load plan is not valid JSON: %w", err)
	}
	if len(plan.Statements) == 0 || len(plan.Tenants) == 0 {
		return nil, fmt.Errorf("the load plan has %d statements and %d tenants; it needs at least one of each",
			len(plan.Statements), len(plan.Tenants))
	}
	for i, tenant := range plan.Tenants {
		if plan.Settings != nil && len(tenant.Identity) != len(plan.Settings) {
			return nil, fmt.Errorf("tenant %d of the load plan has %d values for %d settings", i, len(tenant.Identity), len(plan.Settings))
		}
	}
	return &plan, nil
}

// Names lists the plan's statements.
func (p *Plan) Names() []string {
	names := make([]string, len(p.Statements))
	for i, statement := range p.Statements {
		names[i] = statement.Name
	}
	return names
}

// Reweighted is the plan with these statements only, at these weights.
// A name that the plan does not have is an error that lists those it has.
func (p *Plan) Reweighted(weights map[string]float64) (*Plan, error) {
	if len(weights) == 0 {
		return p, nil
	}
	known := map[string]Statement{}
	for _, statement := range p.Statements {
		known[statement.Name] = statement
	}
	for name := range weights {
		if _, ok := known[name]; !ok {
			return nil, fmt.Errorf("statement %q is not in the load plan; it has: %s", name, strings.Join(p.Names(), ", "))
		}
	}
	reweighted := &Plan{Settings: p.Settings, Tenants: p.Tenants, Draws: p.Draws}
	for _, statement := range p.Statements { // the plan's order, so that a script's key order changes nothing
		if weight := weights[statement.Name]; weight > 0 {
			statement.Weight = weight
			reweighted.Statements = append(reweighted.Statements, statement)
		}
	}
	return reweighted, nil
}

// Tenanted is the plan for some of its tenants: all, the largest (the first), or the others.
func (p *Plan) Tenanted(which string) (*Plan, error) {
	if which != "all" && which != "largest" && which != "others" {
		return nil, fmt.Errorf("tenants %q is not one of all, largest, others", which)
	}
	if which == "all" {
		return p, nil
	}
	some := &Plan{Settings: p.Settings, Statements: p.Statements, Draws: p.Draws}
	for i, tenant := range p.Tenants {
		if (i == 0) != (which == "largest") {
			tenant.Weight = 0
		}
		some.Tenants = append(some.Tenants, tenant)
	}
	return some, nil
}
