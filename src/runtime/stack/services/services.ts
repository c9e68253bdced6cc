import { analytics } from "./analytics.ts";
import { api } from "./api.ts";
import { consumer } from "./consumer.ts";
import { gateway } from "./gateway.ts";
import { kafka } from "./kafka.ts";
import { postgres } from "./postgres.ts";
import { relay } from "./relay.ts";
import type { Service } from "./service.ts";
import { shop } from "./shop.ts";

/**
 * What a plain `orders up` brings up. In the order of an order's way: `down` stops what takes orders
 * before what decides them, and what both rest on last.
 */
export const services: readonly Service[] = [kafka, postgres, api, consumer];

/** And what profiles add (profile.ts says which): what stands in front of the rest first. */
export const knownServices: readonly Service[] = [
  kafka,
  postgres,
  gateway,
  api,
  shop,
  relay,
  consumer,
  analytics,
];
