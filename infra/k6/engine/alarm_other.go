//go:build !linux

package engine

import "time"

// alarm is time.Sleep, where nothing better is known.
type alarm struct{}

func newAlarm() *alarm               { return nil }
func (*alarm) sleep(d time.Duration) { time.Sleep(d) }
func (*alarm) arm(time.Duration)     {}
func (*alarm) ring()                 {}
func (*alarm) Close()                {}
