/** As much of a document as is put together here. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, object>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** Pure: one document of those of the upstreams, whose paths and schemas have different names. */
export function mergeOpenApi(documents: readonly OpenApi[]): OpenApi & Record<string, unknown> {
  return {
    openapi: "3.1.0",
    info: { title: "orders gateway", version: "1" },
    paths: Object.assign({}, ...documents.map(({ paths }) => paths)),
    components: {
      schemas: Object.assign({}, ...documents.map(({ components }) => components.schemas)),
    },
  };
}
