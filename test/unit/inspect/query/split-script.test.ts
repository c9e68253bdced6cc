import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitScript } from "../../../../src/inspect/query/split-script.ts";

const sql = (...texts: readonly string[]) => texts.map((text) => ({ kind: "sql", text }));

describe("splitScript", () => {
  it.each([
    ["select 1", ["select 1"]],
    ["select 1;", ["select 1"]],
    ["select 1; select 2 ;", ["select 1", "select 2"]],
    ["  ;; \n ; ", []],
    ["-- only a comment;\n/* and; another */", []],
    ["select ';' ; select 2", ["select ';'", "select 2"]],
    ["select 'it''s; fine'; select 2", ["select 'it''s; fine'", "select 2"]],
    ['select 1 as "a;b"; select 2', ['select 1 as "a;b"', "select 2"]],
    ["select E'\\';' ; select 2", ["select E'\\';'", "select 2"]],
    // Not an escape string: the backslash is a backslash, the quote ends the text.
    ["select '\\'; select 2", ["select '\\'", "select 2"]],
    // The e belongs to a word.
    ["select type'\\'; select 2", ["select type'\\'", "select 2"]],
    ["select $$;$$; select 2", ["select $$;$$", "select 2"]],
    ["do $a$ begin; $b$;$b$ end $a$; select 2", ["do $a$ begin; $b$;$b$ end $a$", "select 2"]],
    ["select $1; select a$b$c; select 3", ["select $1", "select a$b$c", "select 3"]],
    ["select 1 -- ; no\n+ 1; select 2", ["select 1 -- ; no\n+ 1", "select 2"]],
    ["select /* ; /* ; */ ; */ 1; select 2", ["select /* ; /* ; */ ; */ 1", "select 2"]],
    [
      "create rule r as on insert to t do (select 1; select 2); select 3",
      ["create rule r as on insert to t do (select 1; select 2)", "select 3"],
    ],
    ["select 'never closed; select 2", ["select 'never closed; select 2"]],
  ])("%j", (script, expected) => {
    expect(splitScript(script)).toEqual(sql(...expected));
  });

  it("knows backslash commands at the beginning of a statement", () => {
    expect(splitScript("\\dt\nselect 1;\n  \\d  orders  x \nselect '\\dt'; \\q")).toEqual([
      { kind: "backslash", name: "dt", rest: "" },
      { kind: "sql", text: "select 1" },
      { kind: "backslash", name: "d", rest: "orders x" },
      { kind: "sql", text: "select '\\dt'" },
      { kind: "backslash", name: "q", rest: "" },
    ]);
  });

  it("takes quoted text of any content for one statement", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const statement = `select '${text.replaceAll("'", "''")}'`;
        expect(splitScript(`${statement};${statement}`)).toEqual(sql(statement, statement));
      }),
    );
  });

  it("ends on any input, and loses nothing but separators", () => {
    const pieces = fc.array(
      fc.constantFrom("'", '"', "$$", "$a$", "--", "/*", "*/", ";", "\n", "(", ")", "a", " ", "\\"),
    );
    fc.assert(
      fc.property(pieces, (words) => {
        for (const part of splitScript(words.join(""))) {
          if (part.kind === "sql") expect(words.join("")).toContain(part.text);
        }
      }),
    );
  });
});
