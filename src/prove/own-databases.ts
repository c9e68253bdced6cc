import type { Database } from "../ports/database.ts";
import { openDatabase } from "../runtime/postgres/open-database.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import { createDatabase } from "./sql/create-database.ts";
import { dropDatabase } from "./sql/drop-database.ts";

/** Databases that are made here, and removed: nothing is ever written to another. */
export interface OwnDatabases {
  /** @param template one of these; left out, an empty one. */
  create(what: string, template?: OwnDatabase): Promise<OwnDatabase>;
  /** Whatever is left of them. */
  close(): Promise<void>;
}

export interface OwnDatabase {
  readonly name: string;
  readonly url: string;
  drop(): Promise<void>;
}

/** Made or removed; each takes a while on a busy disk. */
const atOnce = 4;

/** @param nameOf gives a name that nobody has. */
export function ownDatabases(settings: Settings, nameOf: (what: string) => string): OwnDatabases {
  const admin: Database = openDatabase(settings, {
    applicationName: "orders audit prove",
    poolSize: atOnce,
  });
  const made = new Set<OwnDatabase>();
  return {
    async create(what, template) {
      const name = nameOf(what);
      await createDatabase(admin, name, template?.name);
      const url = new URL(settings.databaseUrl ?? "");
      url.pathname = `/${name}`;
      const own: OwnDatabase = {
        ...{ name, url: url.href },
        async drop() {
          await dropDatabase(admin, name);
          made.delete(own);
        },
      };
      made.add(own);
      return own;
    },
    async close() {
      try {
        for (const each of made) await each.drop();
      } finally {
        await admin.close();
      }
    },
  };
}
