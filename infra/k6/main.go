// Command k6 is k6 with the load engine of Olympus Bench linked in as k6/x/olympus.
package main

import (
	"go.k6.io/k6/v2/cmd"

	_ "olympus-bench/k6/olympus"
)

func main() { cmd.Execute() }
