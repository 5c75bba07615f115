package engine

import "fmt"

// command is one SQL text under the name by which connections prepare it.
type command struct {
	name, sql string
	template  template
}

func newCommand(name, sql string) (*command, error) {
	template, err := literalTemplate(sql)
	if err != nil {
		return nil, err
	}
	return &command{name, sql, template}, nil
}

func mustCommand(name, sql string) *command {
	c, err := newCommand(name, sql)
	if err != nil {
		panic(err) // a text of ours
	}
	return c
}

// takes refuses a number of parameters that the text does not have.
func (c *command) takes(parameters Draw) error {
	if len(parameters) != c.template.parameters {
		return fmt.Errorf("it takes %d parameters, not %d", c.template.parameters, len(parameters))
	}
	return nil
}

var (
	beginCommand  = mustCommand("olympus_begin", "BEGIN")
	commitCommand = mustCommand("olympus_commit", "COMMIT")
)
