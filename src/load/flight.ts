import { Listed } from "./in-flight.ts";
import type { Answer, Attempt, Delivery } from "./target.ts";
import type { OrderChange, PlannedOrder } from "./workload.ts";

/** Who is told how flights fare. */
export interface FlightWatch {
  flightSent(flight: Flight): void;
  flightAnswered(flight: Flight, answer: Answer): void;
}

/** An order that was accepted, and is to be changed. */
export interface Landed {
  readonly flight: Flight;
  readonly answer: Answer;
  readonly change: OrderChange;
  readonly landedMs: number;
}

/** An order that was handed to the target, or, `after` it was accepted, a change of it. In flight as long as it is in the run's list. */
export class Flight extends Listed implements Attempt {
  readonly order: PlannedOrder;
  readonly intendedMs: number;
  readonly handedOverMs: number;
  sentMs: number | undefined;
  delivery: Delivery | undefined;
  /** Its number in the history. */
  number = 0;
  readonly after: Landed | undefined;
  readonly #run: FlightWatch;
  readonly #send: (attempt: Attempt) => Delivery;

  constructor(
    run: FlightWatch,
    order: PlannedOrder,
    dueMs: number,
    handedOverMs: number,
    send: (attempt: Attempt) => Delivery,
    after?: Landed,
  ) {
    super();
    this.#run = run;
    this.order = order;
    this.intendedMs = dueMs;
    this.handedOverMs = handedOverMs;
    this.after = after;
    this.#send = send;
  }

  send(): Delivery {
    return this.#send(this);
  }

  sent(): void {
    this.#run.flightSent(this);
  }

  answered(answer: Answer): void {
    this.#run.flightAnswered(this, answer);
  }
}
