/** Something that can be ordered, at its unit price in currency units (two decimals at most). */
export interface Product {
  readonly productId: string;
  readonly price: number;
}

/** The ten products of every fresh stack; a test holds this equal to database/seed/products.sql. */
export const seededProducts: readonly Product[] = [
  { productId: "PROD001", price: 1299.99 },
  { productId: "PROD002", price: 29.99 },
  { productId: "PROD003", price: 12.99 },
  { productId: "PROD004", price: 89.99 },
  { productId: "PROD005", price: 349.99 },
  { productId: "PROD006", price: 79.99 },
  { productId: "PROD007", price: 199.99 },
  { productId: "PROD008", price: 39.99 },
  { productId: "PROD009", price: 49.99 },
  { productId: "PROD010", price: 129.99 },
];
