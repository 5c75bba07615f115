package engine

import (
	"fmt"
	"strconv"
)

// sessionPlan says what each step of a session sends. A session keeps its tenant and its draw: statements whose
// parameters come from one source speak of the same row, so that what is bought is what was looked at.
type sessionPlan struct {
	seed    uint64
	goOn    []float64
	weights []float64 // cumulative over the tenants that have parameters for every step
	tenants []int32
	steps   []sessionPlanStep
}

type sessionPlanStep struct {
	statement int32
	groups    []int32 // by place in tenants
	draws     []uint64
}

// newSessionPlan refuses a session whose statements no single tenant can send.
func newSessionPlan(plan *Plan, choice *Choice, session []Step, seed uint64) (*sessionPlan, error) {
	it := &sessionPlan{seed: seed}
	number := map[string]int32{}
	for i, statement := range plan.Statements {
		number[statement.Name] = int32(i)
	}
	groupOf := map[Group]int32{}
	for i, group := range choice.Groups {
		groupOf[group] = int32(i)
	}
	for _, step := range session {
		statement, ok := number[step.Statement]
		if !ok {
			return nil, fmt.Errorf("statement %q of the session is not in the load plan", step.Statement)
		}
		it.goOn = append(it.goOn, step.GoOn)
		it.steps = append(it.steps, sessionPlanStep{statement: statement})
	}
	share := 0.0
	for tenant := range plan.Tenants {
		if plan.Tenants[tenant].Weight <= 0 || !asksAll(plan, session, tenant) {
			continue
		}
		share += plan.Tenants[tenant].Weight
		it.weights = append(it.weights, share)
		it.tenants = append(it.tenants, int32(tenant))
		for i, step := range session {
			s := &it.steps[i]
			s.groups = append(s.groups, groupOf[Group{step.Statement, plan.Tenants[tenant].Class}])
			s.draws = append(s.draws, uint64(len(plan.Draws[step.Statement][strconv.Itoa(tenant)])))
		}
	}
	if len(it.tenants) == 0 {
		return nil, fmt.Errorf("no tenant of the load plan has parameters for all %d statements of the session", len(session))
	}
	return it, nil
}

func asksAll(plan *Plan, session []Step, tenant int) bool {
	for _, step := range session {
		if len(plan.Draws[step.Statement][strconv.Itoa(tenant)]) == 0 {
			return false
		}
	}
	return true
}

// request is what a session sends at a step.
func (it *sessionPlan) request(t turn) Request {
	place := pick(it.weights, unit(it.seed, tenantStream, t.session))
	step := &it.steps[t.step]
	return Request{
		Statement: step.statement,
		Tenant:    it.tenants[place],
		Draw:      int32(bits(it.seed, drawStream, t.session) % step.draws[place]),
		Group:     step.groups[place],
	}
}

// goesOn tells whether a session has a step after this one.
func (it *sessionPlan) goesOn(t turn) bool {
	next := t.step + 1
	return next < len(it.steps) && unit(it.seed, goOnStream, it.moment(t)) < it.goOn[next]
}

// moment numbers the steps of all sessions.
func (it *sessionPlan) moment(t turn) uint64 { return t.session*uint64(len(it.steps)) + uint64(t.step) }
