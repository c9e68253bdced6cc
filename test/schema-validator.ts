import Fastify, { type FastifyServerOptions } from "fastify";

type OnCreate = NonNullable<NonNullable<FastifyServerOptions["ajv"]>["onCreate"]>;
export type SchemaValidator = Parameters<OnCreate>[0];

/** Ajv as Fastify brings it, with its formats; what it is given it neither mends nor fills in. */
export async function createSchemaValidator(): Promise<SchemaValidator> {
  let made: SchemaValidator | undefined;
  const app = Fastify({
    ajv: {
      customOptions: {
        ...{ coerceTypes: false, removeAdditional: false, useDefaults: false },
        ...{ strict: false, allErrors: true },
      },
      onCreate(ajv) {
        made = ajv;
      },
    },
  });
  app.post("/", { schema: { body: {} } }, () => {});
  await app.ready();
  await app.close();
  if (made === undefined) throw new Error("Fastify has made no validator");
  return made;
}
