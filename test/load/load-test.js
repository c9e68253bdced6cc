// k6 run --vus 1000 --duration 60s test/load/load-test.js
//
// Each virtual user places one order after the other, as fast as it is answered (a closed loop: a
// slow server is asked less often, which hides waiting; `orders produce` offers a fixed rate).
// BASE_URL names another API, PRODUCT one product for all orders, SLEEP_MS a pause between two.
import { check, sleep } from "k6";
import exec from "k6/execution";
import http from "k6/http";
import { Counter, Rate } from "k6/metrics";

const baseUrl = __ENV.BASE_URL || "http://localhost:8080";
const pauseSeconds = Number(__ENV.SLEEP_MS || 0) / 1000;

// Product and unit price in cents, as seeded: the amount of every order is right to the cent.
const prices = {
  PROD001: 129999,
  PROD002: 2999,
  PROD003: 1299,
  PROD004: 8999,
  PROD005: 34999,
  PROD006: 7999,
  PROD007: 19999,
  PROD008: 3999,
  PROD009: 4999,
  PROD010: 12999,
};
const products = __ENV.PRODUCT ? [__ENV.PRODUCT] : Object.keys(prices);
const customers = 10_000;
const quantityMax = 5;

// An order that was not accepted is one of these; together with the accepted ones they add up.
const accepted = new Counter("orders_accepted");
const refused = new Counter("orders_refused"); // 503: nothing of it was taken, send it again
const unknown = new Counter("orders_unknown"); // 504 or no answer: it may be in the log
const failed = new Counter("orders_failed"); // anything else
const errorRate = new Rate("order_errors");

export const options = {
  thresholds: {
    // The reference's alert thresholds: errors above 0.1 %, and an answer within 200 ms.
    order_errors: ["rate<0.001"],
    "http_req_duration{expected_response:true}": ["p(99)<200"],
    checks: ["rate>0.999"],
  },
  // One connection per user, kept, as a browser or a service would.
  noConnectionReuse: false,
  userAgent: "orders-load-test",
};

/** @param run what setup returned, the same for every user. */
export default function placeOrder(run) {
  const response = http.post(`${baseUrl}/order`, JSON.stringify(randomOrder()), {
    headers: {
      "Content-Type": "application/json",
      // Unique in this run: a retry of the same request could never become a second order.
      "Idempotency-Key": `k6-${run.id}-${exec.vu.idInTest}-${exec.vu.iterationInInstance}`,
    },
    timeout: "15s",
  });
  record(response);
  check(response, {
    "status is 202": (r) => r.status === 202,
    "answer has an order_id": (r) => r.status !== 202 || typeof r.json("order_id") === "string",
    "answer says accepted": (r) => r.status !== 202 || r.json("status") === "accepted",
  });
  if (pauseSeconds > 0) sleep(pauseSeconds);
}

/** Told once, before the load: a wrong address ends the run at once, not after a minute of errors. */
export function setup() {
  const ready = http.get(`${baseUrl}/ready`, { timeout: "5s" });
  if (ready.status !== 200) {
    exec.test.abort(`${baseUrl}/ready answered ${ready.status}: is the pipeline up? (orders up)`);
  }
  return { id: Date.now().toString(36) };
}

function record({ status }) {
  if (status === 202) accepted.add(1);
  else if (status === 503) refused.add(1);
  else if (status === 504 || status === 0) unknown.add(1);
  else failed.add(1);
  errorRate.add(status !== 202);
}

function randomOrder() {
  const product_id = products[Math.floor(Math.random() * products.length)];
  const quantity = 1 + Math.floor(Math.random() * quantityMax);
  return {
    customer_id: `CUST${1 + Math.floor(Math.random() * customers)}`,
    product_id,
    quantity,
    amount: ((prices[product_id] || 1000) * quantity) / 100,
  };
}
