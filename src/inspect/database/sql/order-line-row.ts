/** As the statements that read orders give it. Tables of others have no line_no, no rejection_reason. */
export interface OrderLineRow {
  /** Of the transaction that wrote the row: 32 bits, as PostgreSQL stores it. */
  readonly xid: string;
  readonly order_id: string;
  readonly line_no: number | null;
  readonly created_at: Date;
  readonly customer_id: string;
  readonly product_id: string;
  readonly quantity: number;
  readonly amount: number;
  readonly status: string;
  readonly rejection_reason: string | null;
}
