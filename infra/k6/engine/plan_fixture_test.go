package engine

import (
	"strconv"
	"testing"
)

func value(s string) *string { return &s }

// testPlan has two statements and four tenants of three classes.
func testPlan(t *testing.T) *Plan {
	t.Helper()
	plan := &Plan{
		Statements: []Statement{
			{Name: "one", SQL: "SELECT $1::int", Weight: 3},
			{Name: "two", SQL: "SELECT $1::text, current_setting('app.org_id', true)", Weight: 1},
		},
		Draws: map[string]map[string][]Draw{"one": {}, "two": {}},
	}
	for i, class := range []string{"whale", "median", "median", "minnow"} {
		plan.Tenants = append(plan.Tenants, Tenant{Class: class, ID: "org-" + strconv.Itoa(i), UserID: "user-" + strconv.Itoa(i), Weight: 1 / float64(i+1)})
		for _, statement := range plan.Statements {
			for n := range 5 {
				plan.Draws[statement.Name][strconv.Itoa(i)] = append(plan.Draws[statement.Name][strconv.Itoa(i)], Draw{value(strconv.Itoa(100*i + n))})
			}
		}
	}
	return plan
}
