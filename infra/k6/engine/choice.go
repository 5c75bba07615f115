package engine

import (
	"fmt"
	"sort"
	"strconv"
)

// Request says what one arrival sends: indexes into the plan.
type Request struct {
	Statement, Tenant, Draw int32
	// Group numbers the pair (statement, tenant class) in the results.
	Group int32
}

// Group is a pair for which results are kept apart.
type Group struct{ Statement, Class string }

// Choice picks the request of an arrival by seeded weight.
type Choice struct {
	seed    uint64
	weights []float64 // cumulative over the statements
	byStmt  []tenantChoice
	Groups  []Group
}

// tenantChoice holds the tenants that have parameters for one statement.
type tenantChoice struct {
	weights []float64 // cumulative
	tenants []int32
	groups  []int32
	draws   []uint64 // how many
}

// NewChoice checks that every statement of the plan has parameters for at least one tenant.
func NewChoice(plan *Plan, seed uint64) (*Choice, error) {
	c := &Choice{seed: seed}
	groupOf := map[Group]int32{}
	total := 0.0
	for _, statement := range plan.Statements {
		total += max(statement.Weight, 0)
		c.weights = append(c.weights, total)
		var t tenantChoice
		share := 0.0
		for index, tenant := range plan.Tenants {
			draws := plan.Draws[statement.Name][strconv.Itoa(index)]
			if len(draws) == 0 || tenant.Weight <= 0 {
				continue
			}
			group := Group{statement.Name, tenant.Class}
			if _, ok := groupOf[group]; !ok {
				groupOf[group] = int32(len(c.Groups))
				c.Groups = append(c.Groups, group)
			}
			share += tenant.Weight
			t.weights = append(t.weights, share)
			t.tenants = append(t.tenants, int32(index))
			t.groups = append(t.groups, groupOf[group])
			t.draws = append(t.draws, uint64(len(draws)))
		}
		if len(t.tenants) == 0 && statement.Weight > 0 {
			return nil, fmt.Errorf("the load plan has no parameters for statement %q", statement.Name)
		}
		c.byStmt = append(c.byStmt, t)
	}
	if total <= 0 {
		return nil, fmt.Errorf("no statement of the load plan has a weight above 0")
	}
	return c, nil
}

// Pick is the request of an arrival; the same index always gives the same one.
func (c *Choice) Pick(index uint64) Request {
	statement := pick(c.weights, unit(c.seed, statementStream, index))
	tenants := &c.byStmt[statement]
	chosen := pick(tenants.weights, unit(c.seed, tenantStream, index))
	return Request{
		Statement: int32(statement),
		Tenant:    tenants.tenants[chosen],
		Draw:      int32(bits(c.seed, drawStream, index) % tenants.draws[chosen]),
		Group:     tenants.groups[chosen],
	}
}

func pick(cumulative []float64, u float64) int {
	if len(cumulative) == 1 {
		return 0
	}
	x := u * cumulative[len(cumulative)-1]
	return sort.Search(len(cumulative)-1, func(i int) bool { return cumulative[i] > x })
}
