package engine

import (
	"bytes"
	"testing"
)

func TestAPlansOwnSettingsAreMadeForEachTenantAndNoneMeansSingleStatements(t *testing.T) {
	plan := testPlan(t)
	plan.Settings = []string{"app.tenant's"}
	for i := range plan.Tenants {
		plan.Tenants[i].Identity = []string{"t-" + plan.Tenants[i].ID}
	}
	encoding, err := Encode(plan, Simple, true)
	if err != nil {
		t.Fatal(err)
	}
	want := "SELECT set_config('app.tenant''s', 't-org-1', true)"
	if request := encoding.Append(nil, Request{Tenant: 1}); !bytes.Contains(request, []byte(want)) {
		t.Errorf("%q is not in %q", want, request)
	}
	plan.Settings = []string{}
	encoding, err = Encode(plan, Simple, true)
	if err != nil {
		t.Fatal(err)
	}
	if request := encoding.Append(nil, Request{Tenant: 1}); bytes.Contains(request, []byte("BEGIN")) {
		t.Errorf("a transaction without an identity: %q", request)
	}
}
