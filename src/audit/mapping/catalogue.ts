/** A table, or what can be read like one. */
export interface CatalogueRelation {
  readonly schema: string;
  readonly name: string;
  /** Found without its schema, as the search path is. */
  readonly visible: boolean;
  readonly kind: "table" | "view" | "foreign table";
  /** Whether our role may read it. */
  readonly readable: boolean;
}

/** A column, or a column of what a query gives. */
export interface CatalogueColumn {
  readonly name: string;
  /** As PostgreSQL names it, without its length; of a domain, what is behind it. */
  readonly type: string;
  /** Whether our role may read it. */
  readonly readable: boolean;
}

/** `"sales"."Orders"`, `sales.Orders`, `Orders`: written as in SQL where there are quotation marks, else as it is. */
export function relationNamed(
  wanted: string,
  relations: readonly CatalogueRelation[],
): CatalogueRelation | undefined {
  const visible = relations.find((each) => each.visible && each.name === wanted);
  const qualified = relations.find((each) => `${each.schema}.${each.name}` === wanted);
  return (
    visible ?? qualified ?? (wanted.includes('"') ? quotedNamed(wanted, relations) : undefined)
  );
}

function quotedNamed(
  wanted: string,
  relations: readonly CatalogueRelation[],
): CatalogueRelation | undefined {
  const parts = [...wanted.matchAll(/\s*(?:"((?:[^"]|"")+)"|([^".\s]+))\s*(\.|$)/g)].map(
    ([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain.toLowerCase(),
  );
  const [schema, name] = parts.length === 1 ? [undefined, parts[0]] : parts;
  return relations.find(
    (each) => each.name === name && (schema === undefined ? each.visible : each.schema === schema),
  );
}

/** As one writes it in a mapping. */
export function relationText({ schema, name, visible }: CatalogueRelation): string {
  return visible ? name : `${schema}.${name}`;
}
