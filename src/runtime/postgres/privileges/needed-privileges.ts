/** Kinds of users, each with what its commands need and nothing else. */
export const roleKinds = ["consumer", "shop-consumer", "reader", "operator"] as const;
export type RoleKind = (typeof roleKinds)[number];

export type Privilege = "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "TRUNCATE";

export interface TablePrivileges {
  readonly table: string;
  readonly privileges: readonly Privilege[];
}

/** FOR UPDATE and FOR SHARE need UPDATE; ON CONFLICT … DO UPDATE needs SELECT, too. */
const consumer: readonly TablePrivileges[] = [
  { table: "consumer_groups", privileges: ["SELECT", "INSERT", "UPDATE"] },
  { table: "consumer_offsets", privileges: ["SELECT", "INSERT", "UPDATE"] },
  { table: "dead_letters", privileges: ["SELECT", "INSERT", "UPDATE"] },
  { table: "inventory", privileges: ["SELECT", "UPDATE"] },
  { table: "inventory_slots", privileges: ["SELECT", "UPDATE"] },
  { table: "naive_permit", privileges: ["SELECT"] },
  { table: "orders", privileges: ["SELECT", "INSERT", "UPDATE", "DELETE"] },
];

/**
 * What cancelled orders give back and shipped ones take along is written down as movements; who gave
 * back is noted until it is told.
 */
const shopConsumer: readonly TablePrivileges[] = [
  ...consumer,
  { table: "stock_movements", privileges: ["INSERT"] },
  { table: "untold_releases", privileges: ["SELECT", "INSERT", "UPDATE", "DELETE"] },
];

const tables = [
  ...consumer.map(({ table }) => table),
  "dead_letter_replays",
  "epochs",
  "schema_migrations",
  "stock_movements",
  "untold_releases",
].toSorted();

const reader = tables.map((table): TablePrivileges => ({ table, privileges: ["SELECT"] }));

const everything: readonly Privilege[] = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"];
const operator = tables
  .filter((table) => table !== "schema_migrations")
  .map((table): TablePrivileges => ({ table, privileges: everything }));

/** What the commands of a kind do in the database: `orders db grants` prints it as SQL. */
export const neededPrivileges: Readonly<Record<RoleKind, readonly TablePrivileges[]>> = {
  consumer,
  "shop-consumer": shopConsumer,
  reader,
  operator,
};

/** Pure: the statements that let `role` do what this kind does, to be run by the tables' owner. */
export function grantStatements(
  kind: RoleKind,
  names: { readonly role: string; readonly schema: string },
): readonly string[] {
  const [role, schema] = [quotedName(names.role), quotedName(names.schema)];
  const grants = neededPrivileges[kind].map(
    ({ table, privileges }) => `GRANT ${privileges.join(", ")} ON ${schema}.${table} TO ${role};`,
  );
  // Sessions and statements of others: `db activity`, `db locks`, `db slow`, `db size`.
  const questions = kind === "reader" ? [`GRANT pg_monitor TO ${role};`] : [];
  return [`GRANT USAGE ON SCHEMA ${schema} TO ${role};`, ...grants, ...questions];
}

/**
 * Pure: the same for the tables of a set, all of them, for they come and go together. Only the owner
 * writes what was migrated. Partitions made later are reached through their parent.
 */
export function setGrants(
  kind: "consumer" | "reader",
  { role, set }: { readonly role: string; readonly set: string },
): readonly string[] {
  const to = quotedName(role);
  const privileges = kind === "reader" ? "SELECT" : "SELECT, INSERT, UPDATE, DELETE";
  const writes = [
    `REVOKE INSERT, UPDATE, DELETE ON ${set}.schema_migrations FROM ${to};`,
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${set} TO ${to};`,
    `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${set} TO ${to};`,
  ];
  return [
    `GRANT USAGE ON SCHEMA ${set} TO ${to};`,
    `GRANT ${privileges} ON ALL TABLES IN SCHEMA ${set} TO ${to};`,
    ...(kind === "reader" ? [] : writes),
  ];
}

/** Pure: an identifier as PostgreSQL reads it back. */
export function quotedName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
