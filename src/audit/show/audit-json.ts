/** What a reader of an audit's JSON holds it against: schemas/orders-audit-1.schema.json. */
export const auditFormat = { format: "orders-audit", version: 1 } as const;
export type AuditFormat = typeof auditFormat;
