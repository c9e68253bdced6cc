import { it } from "vitest";
import { analyticsFailpoints } from "../../src/analytics/failpoints.ts";
import { killAt } from "../integration/analytics/kill-at.ts";

it.each(analyticsFailpoints)("the analytics count all once when they are killed at: %s", killAt);
