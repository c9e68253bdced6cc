import { type Html, html, nothing } from "./markup.ts";

export interface PageTable {
  readonly caption: string;
  readonly columns: readonly { readonly name: string; readonly right?: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

export interface PageSection {
  readonly heading: string;
  readonly charts?: readonly Html[];
  readonly paragraphs?: readonly string[];
  readonly tables?: readonly PageTable[];
  readonly list?: readonly string[];
}

export function section({ heading, charts, paragraphs, tables, list }: PageSection): Html {
  const parts = [
    html`<section><h2>${heading}</h2>`,
    ...(charts ?? []).map((chart) => html`<figure>\n${chart}\n</figure>`),
    ...(paragraphs ?? []).map((text) => html`<p>${text}</p>`),
    ...(tables ?? []).map(table),
    ...(list === undefined ? [] : [html`<ul>${list.map((item) => html`<li>${item}</li>`)}</ul>`]),
    html`</section>`,
  ];
  return html`${parts}`;
}

/** Scrolls by itself where the screen is narrower, by keyboard too. */
export function table({ caption, columns, rows }: PageTable): Html {
  const style = (index: number) =>
    columns[index]?.right === true ? html` class="right"` : nothing;
  const head = row(
    columns.map(({ name }, index) => html`<th scope="col"${style(index)}>${name}</th>`),
  );
  const body = rows.map(([first = "", ...rest]) => {
    const cells = rest.map((cell, index) => html`<td${style(index + 1)}>${cell}</td>`);
    return row([html`<th scope="row">${first}</th>`, ...cells]);
  });
  const size = columns.length > 3 ? " many" : "";
  return html`<div class="scroll${size}" role="region" tabindex="0" aria-label="${caption}">
<table><caption><span>${caption}</span></caption><thead>${head}</thead><tbody>
${body}
</tbody></table></div>`;
}

function row(cells: readonly Html[]): Html {
  return html`<tr>${cells.reduce((before, cell) => html`${before}${cell}`, nothing)}</tr>`;
}
