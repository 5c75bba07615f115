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
