//go:build !linux

package engine

import "errors"

var noClasses = errors.New("this system has no scheduling classes that the generator knows")

func realtime() (lower func(), err error) { return nil, noClasses }
func nicer() (lower func(), err error)    { return nil, noClasses }
