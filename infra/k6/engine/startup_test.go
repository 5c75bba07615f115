package engine

import "testing"

func TestTheSettingsOnWhichSafetyRestsAreReadFromTheStartupParameter(t *testing.T) {
	for options, want := range map[string]startup{
		"":                {},
		"-c work_mem=8MB": {},
		"-c default_transaction_read_only=on -c role=olympus_app": {readOnly: true, role: "olympus_app"},
		"--role=olympus_owner":                 {role: "olympus_owner"},
		"-c default_transaction_read_only=off": {},
	} {
		if got := startupOf(options); got != want {
			t.Errorf("%q: %v, not %v", options, got, want)
		}
	}
}
