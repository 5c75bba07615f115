package engine

import (
	"math"
	"testing"
)

func TestTheSameSeedGivesTheSameRequestToEveryArrival(t *testing.T) {
	plan := testPlan(t)
	a, _ := NewChoice(plan, 7)
	b, _ := NewChoice(plan, 7)
	other, _ := NewChoice(plan, 8)
	differ := 0
	for index := uint64(10_000); index > 0; index-- { // b is asked in another order
		if a.Pick(10_000-index) != b.Pick(10_000-index) || a.Pick(index) != b.Pick(index) {
			t.Fatalf("arrival %d differs under one seed", index)
		}
		if a.Pick(index) != other.Pick(index) {
			differ++
		}
	}
	if differ < 5_000 {
		t.Errorf("another seed changed only %d of 10000 requests", differ)
	}
}

func TestStatementsAndTenantsAreChosenByTheirWeights(t *testing.T) {
	choice, err := NewChoice(testPlan(t), 1)
	if err != nil {
		t.Fatal(err)
	}
	const n = 200_000
	one, whale := 0.0, 0.0
	for index := range uint64(n) {
		r := choice.Pick(index)
		if r.Statement == 0 {
			one++
		}
		if r.Tenant == 0 {
			whale++
		}
	}
	if math.Abs(one/n-0.75) > 0.005 || math.Abs(whale/n-12.0/25) > 0.005 {
		t.Errorf("shares %.3f and %.3f, not 0.750 and 0.480", one/n, whale/n)
	}
}

func TestAStatementWithoutParametersForAnyTenantIsRefused(t *testing.T) {
	plan := testPlan(t)
	delete(plan.Draws, "two")
	if _, err := NewChoice(plan, 1); err == nil {
		t.Error("no error")
	}
}

func TestAnUnknownStatementIsRefusedByName(t *testing.T) {
	if _, err := testPlan(t).Reweighted(map[string]float64{"three": 1}); err == nil {
		t.Error("no error")
	}
}

func TestAStormOfTheLargestTenantLeavesTheOthersToTheRest(t *testing.T) {
	for which, wanted := range map[string]func(int32) bool{
		"largest": func(tenant int32) bool { return tenant == 0 },
		"others":  func(tenant int32) bool { return tenant != 0 },
	} {
		plan, err := testPlan(t).Tenanted(which)
		if err != nil {
			t.Fatal(err)
		}
		choice, err := NewChoice(plan, 1)
		if err != nil {
			t.Fatal(err)
		}
		for index := range uint64(1000) {
			if tenant := choice.Pick(index).Tenant; !wanted(tenant) {
				t.Fatalf("%s: tenant %d", which, tenant)
			}
		}
	}
}
