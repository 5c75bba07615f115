package engine

import (
	"context"
	"sync"
)

// Pool holds at most size links. Workers that outnumber it wait for each other, and the wait is recorded.
type Pool struct {
	target   Target
	encoding *Encoding
	idle     chan Link // nil: a place without a link yet
	mu       sync.Mutex
	inUse    map[Link]struct{}
}

// NewPool opens its links on first use; Fill opens them all.
func NewPool(target Target, encoding *Encoding, size int) *Pool {
	p := &Pool{target: target, encoding: encoding, idle: make(chan Link, size), inUse: map[Link]struct{}{}}
	for range size {
		p.idle <- nil
	}
	return p
}

// Fill opens all links, at most 64 at once so that a listen queue is not overrun, and returns the first error.
func (p *Pool) Fill(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var opened sync.WaitGroup
	turn := make(chan struct{}, 64)
	for range cap(p.idle) {
		opened.Add(1)
		turn <- struct{}{}
		go func() {
			defer func() { <-turn; opened.Done() }()
			<-p.idle
			link, err := p.target.Connect(ctx, p.encoding)
			if err != nil {
				cancel(err)
			}
			p.idle <- link
		}()
	}
	opened.Wait()
	if err := context.Cause(ctx); err != nil {
		p.Close()
		return err
	}
	return nil
}

// Acquire waits for a place and connects it where its link was lost.
func (p *Pool) Acquire(ctx context.Context) (Link, error) {
	var link Link
	select {
	case link = <-p.idle:
	default:
		select {
		case link = <-p.idle:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	if link == nil {
		var err error
		if link, err = p.target.Connect(ctx, p.encoding); err != nil {
			p.idle <- nil
			return nil, err
		}
	}
	p.mu.Lock()
	p.inUse[link] = struct{}{}
	p.mu.Unlock()
	return link, nil
}

// Release gives a link back; usable false closes it and leaves its place empty.
func (p *Pool) Release(link Link, usable bool) {
	p.mu.Lock()
	delete(p.inUse, link)
	p.mu.Unlock()
	if !usable {
		link.Close()
		link = nil
	}
	p.idle <- link
}

// Interrupt ends what is running.
func (p *Pool) Interrupt() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for link := range p.inUse {
		link.Interrupt()
	}
}

// Close closes the idle links. Nothing may be in use any more.
func (p *Pool) Close() {
	for range cap(p.idle) {
		select {
		case link := <-p.idle:
			if link != nil {
				link.Close()
			}
		default:
			return
		}
	}
}
