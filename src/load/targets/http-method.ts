/** Methods by which a system may take an order. */
export const httpMethods = ["POST", "PUT", "PATCH", "GET", "DELETE"] as const;
export type HttpMethod = (typeof httpMethods)[number];
