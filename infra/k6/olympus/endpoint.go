package olympus

import (
	"time"

	"github.com/grafana/sobek"

	"olympus-bench/k6/engine"
)

// endpoint is a place to send requests to, as a script holds it. Nothing is opened before run().
type endpoint struct {
	url         string
	protocol    engine.Protocol
	connections int
}

func (i *instance) endpoint(url string, options sobek.Value) (*endpoint, error) {
	read := newFields(i.vu.Runtime(), options)
	e := &endpoint{url: url, connections: read.integer("connections", 8)}
	protocol := read.text("protocol", string(engine.Extended))
	if err := read.finish(); err != nil {
		return nil, err
	}
	var err error
	if e.protocol, err = engine.ParseProtocol(protocol); err != nil {
		return nil, err
	}
	if _, err := e.target(0); err != nil {
		return nil, err
	}
	return e, nil
}

func (e *endpoint) target(deadline time.Duration) (engine.Target, error) {
	if e.url == "null:" {
		return engine.Null{}, nil
	}
	return engine.NewServer(e.url, deadline)
}
