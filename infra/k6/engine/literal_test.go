package engine

import "testing"

func TestParametersBecomeLiteralsOutsideOfQuotesAndComments(t *testing.T) {
	sql := "SELECT '$1', \"$2\", $tag$ $1 $tag$, $$ $3 $$, $2::int -- $1\n, $1 /* $2 */ LIMIT $10;\n"
	template, err := literalTemplate(sql)
	if err != nil {
		t.Fatal(err)
	}
	parameters := make(Draw, 10)
	parameters[0], parameters[9] = value("it's"), value("5")
	want := "SELECT '$1', \"$2\", $tag$ $1 $tag$, $$ $3 $$, NULL::int -- $1\n, 'it''s' /* $2 */ LIMIT '5'"
	if got := string(template.render(nil, parameters)); got != want || template.parameters != 10 {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// As PostgreSQL reads them: a backslash keeps a quote in E” alone, quotes are doubled in both, and comments nest.
func TestEscapeStringsAndNestedCommentsHoldNoParameters(t *testing.T) {
	for sql, parameters := range map[string]int{
		`SELECT E'it\'s; $5', $1`:            1,
		`SELECT e'\\', $2, 'x$3'`:            2,
		`SELECT E'a''b\'$4', $1`:             1,
		`SELECT 'it\', $1, '$7'`:             1,
		`SELECT nameE'$9', $1`:               1,
		`SELECT /* a /* $3 */ $4 */ $1 -- '`: 1,
		`SELECT E'never closed $3`:           0,
	} {
		template, err := literalTemplate(sql)
		if err != nil || template.parameters != parameters {
			t.Errorf("%s: %d parameters, %v; want %d", sql, template.parameters, err, parameters)
		}
	}
}
