import type { HistoryChange, HistoryEntry } from "./history.ts";
import type { LoadEnd, LoadHooks, LoadOptions } from "./load-options.ts";
import { RecentRate, recentMs } from "./recent-rate.ts";
import { Recorder } from "./recorder.ts";
import type { Answer, Attempt, Delivery, LoadTarget } from "./target.ts";
import { WakeUp } from "./wake-up.ts";
import type { OrderChange, PlannedOrder } from "./workload.ts";

/** Late orders are sent at once, but answers must be read in between: at most this many in a turn. */
const burstMax = 256;

const warmUpOrders = 2_000;

const sweepIntervalMs = 25;
const progressIntervalMs = 250;

/** After a signal, answers under way get at most this long. */
const stopGraceMs = 3_000;

/** One run of a load, from the first order due until each has its state. */
export class LoadRun {
  readonly recorder = new Recorder();
  startedAtMs = Date.now();
  /** The same by performance.now(). */
  startedAtClockMs = performance.now();
  readonly #options: LoadOptions;
  readonly #target: LoadTarget;
  readonly #hooks: LoadHooks;
  readonly #wakeUp: WakeUp;
  /** In the order they were handed over: the oldest, whose time is up first, come first. */
  readonly #inFlight = new Set<Flight>();
  readonly #sentRate = new RecentRate();
  #next = 0;
  #end: LoadEnd | undefined;
  #endedAtMs = Number.POSITIVE_INFINITY;
  #pumping = false;
  #roomAsked = false;
  #finish: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(options: LoadOptions, target: LoadTarget, hooks: LoadHooks) {
    this.#options = options;
    this.#target = target;
    this.#hooks = hooks;
    this.#wakeUp = new WakeUp(() => this.#guard(() => this.#pump()));
  }

  /** Runs it. Call once. */
  async finished(): Promise<{ end: LoadEnd; durationMs: number; elapsedMs: number }> {
    this.#warmUp();
    const sweep = setInterval(() => this.#guard(() => this.#sweep()), sweepIntervalMs);
    const progress = setInterval(() => this.#guard(() => this.#report()), progressIntervalMs);
    const stop = () => this.#guard(() => this.#stop("stopped"));
    this.#hooks.signal?.addEventListener("abort", stop, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        this.#finish = resolve;
        this.#fail = reject;
        if (this.#hooks.signal?.aborted === true) stop();
        else this.#guard(() => this.#pump());
      });
    } finally {
      clearInterval(sweep);
      clearInterval(progress);
      this.#wakeUp.cancel();
      this.#hooks.signal?.removeEventListener("abort", stop);
    }
    return {
      end: this.#end ?? "complete",
      durationMs: Math.min(this.#options.schedule.durationMs, this.#endedAtMs),
      elapsedMs: this.#nowMs(),
    };
  }

  /** Code runs slowly until it is compiled: that belongs before the first order, not to its latency. */
  #warmUp(): void {
    const count = Math.min(warmUpOrders, this.#options.schedule.orders);
    for (let n = 0; n < count; n++) this.#options.workload.order(n);
    this.startedAtMs = Date.now();
    this.startedAtClockMs = performance.now();
  }

  flightSent(flight: Flight): void {
    if (flight.after !== undefined) return;
    flight.sentMs = this.#nowMs();
    this.recorder.sent(flight.intendedMs, flight.sentMs);
  }

  flightAnswered(flight: Flight, answer: Answer): void {
    this.#guard(() => {
      this.#land(flight, answer);
      this.#pump();
    });
  }

  /** Around everything that timers and targets call: an error of ours ends the run, not the process. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  #nowMs(): number {
    return performance.now() - this.startedAtClockMs;
  }

  /** Offers what is due. Also called when answers arrive, which is more often than timers fire. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    const due = this.#end === undefined ? this.#options.schedule.ordersDue(this.#nowMs()) : 0;
    const burstEnd = Math.min(due, this.#next + burstMax);
    while (this.#next < burstEnd && !this.#waitsForDisk()) this.#offer(this.#next++);
    this.#pumping = false;
    const offeredAll = this.#end !== undefined || this.#next >= this.#options.schedule.orders;
    if (!offeredAll) this.#scheduleNext(due);
    else if (this.#inFlight.size === 0) this.#finish();
  }

  #scheduleNext(due: number): void {
    if (this.#waitsForDisk()) return;
    if (this.#next < due) {
      this.#wakeUp.soon();
      return;
    }
    const { schedule } = this.#options;
    const dueMs = schedule.intendedMs(this.#next);
    const gapMs = this.#next === 0 ? dueMs : dueMs - schedule.intendedMs(this.#next - 1);
    this.#wakeUp.within(dueMs - this.#nowMs(), gapMs);
  }

  /** When the disk is slower than the load, orders leave late and are measured as late. */
  #waitsForDisk(): boolean {
    const writer = this.#options.historyWriter;
    if (writer?.full !== true) return false;
    if (!this.#roomAsked) {
      this.#roomAsked = true;
      void writer.room().then(() => {
        this.#roomAsked = false;
        this.#wakeUp.soon();
      });
    }
    return true;
  }

  #offer(n: number): void {
    const { schedule, workload, timeoutMs, maxInFlight } = this.#options;
    const dueMs = schedule.intendedMs(n);
    const nowMs = this.#nowMs();
    this.recorder.offered(dueMs);
    if (nowMs - dueMs > timeoutMs) this.#drop(n, dueMs, "too late to send");
    else if (this.#inFlight.size >= maxInFlight) this.#drop(n, dueMs, "in-flight limit");
    else {
      const flight = new Flight(this, workload.order(n), dueMs, nowMs);
      this.#inFlight.add(flight);
      flight.delivery = this.#target.send(flight);
    }
  }

  #drop(n: number, dueMs: number, kind: string): void {
    const answer: Answer = { state: "dropped", kind };
    const nowMs = this.#nowMs();
    this.recorder.settled(dueMs, nowMs, answer);
    if (this.#isHeard()) this.#tell(this.#options.workload.order(n), answer, dueMs, nowMs);
  }

  #land(flight: Flight, answer: Answer): void {
    if (!this.#inFlight.delete(flight)) return;
    const nowMs = this.#nowMs();
    if (flight.after !== undefined) this.#landChange(flight.after, answer, nowMs);
    else {
      this.recorder.settled(flight.intendedMs, nowMs, answer);
      if (!this.#change(flight, answer, nowMs)) this.#tellFlight(flight, answer, nowMs);
    }
  }

  /** Asks for the change that is planned for an order, which is told of when that has landed. */
  #change(flight: Flight, answer: Answer, nowMs: number): boolean {
    const { order, intendedMs } = flight;
    if (answer.change === undefined || order.change === undefined || this.#end !== undefined)
      return false;
    const after = { flight, answer, change: order.change, landedMs: nowMs };
    const next = new Flight(this, order, intendedMs, nowMs, after);
    this.#inFlight.add(next);
    next.delivery = answer.change(next);
    return true;
  }

  #landChange({ flight, answer, change, landedMs }: Landed, to: Answer, nowMs: number): void {
    this.recorder.changed(change, to);
    const answeredAtMs = this.startedAtMs + nowMs;
    this.#tellFlight(flight, answer, landedMs, {
      ...{ name: change, state: to.state, kind: to.kind, answeredAtMs },
    });
  }

  #tellFlight(flight: Flight, answer: Answer, nowMs: number, change?: HistoryChange): void {
    const { order, intendedMs, sentMs } = flight;
    if (this.#isHeard()) this.#tell(order, answer, intendedMs, nowMs, sentMs, change);
  }

  #isHeard(): boolean {
    return this.#options.historyWriter !== undefined || this.#hooks.onSettled !== undefined;
  }

  #tell(
    order: PlannedOrder,
    answer: Answer,
    dueMs: number,
    nowMs: number,
    sentMs?: number,
    change?: HistoryChange,
  ): void {
    const entry: HistoryEntry = {
      orderId: answer.orderId ?? order.orderId,
      customerId: order.customerId,
      key: order.key,
      lines: order.lines,
      state: answer.state,
      kind: answer.kind,
      intendedAtMs: this.startedAtMs + dueMs,
      sentAtMs: sentMs === undefined ? undefined : this.startedAtMs + sentMs,
      answeredAtMs: this.startedAtMs + nowMs,
      ...(change && { change }),
    };
    this.#options.historyWriter?.write(entry);
    this.#hooks.onSettled?.(entry, order.sequence);
  }

  /** Gives up on the orders whose time is up. */
  #sweep(): void {
    if (this.#options.historyWriter?.error !== undefined) this.#stop("history_failed");
    const nowMs = this.#nowMs();
    for (const flight of this.#inFlight) {
      const timedOut = nowMs - flight.handedOverMs >= this.#options.timeoutMs;
      if (!timedOut && nowMs < this.#endedAtMs + stopGraceMs) break;
      const answer = flight.delivery?.abandon(timedOut ? "timeout" : "stopped");
      if (answer !== undefined) this.#land(flight, answer);
    }
    this.#pump();
  }

  #stop(end: LoadEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#endedAtMs = this.#nowMs();
    this.#pump();
  }

  #report(): void {
    this.#options.historyWriter?.flush();
    const { schedule } = this.#options;
    const elapsedMs = this.#nowMs();
    const untilMs = Math.min(elapsedMs, schedule.durationMs);
    const counts = { ...this.recorder.totals };
    this.#hooks.onProgress?.({
      elapsedMs,
      durationMs: schedule.durationMs,
      targetRatePerSecond: schedule.ratePerSecondIn(Math.max(0, untilMs - recentMs), untilMs),
      sentRatePerSecond: this.#sentRate.at(elapsedMs, counts.sent),
      counts,
      inFlight: this.#inFlight.size,
      latencyMs: this.recorder.latencyMs(),
    });
  }
}

/** An order that was accepted, and is to be changed. */
interface Landed {
  readonly flight: Flight;
  readonly answer: Answer;
  readonly change: OrderChange;
  readonly landedMs: number;
}

/** An order that was handed to the target, or, `after` it was accepted, a change of it. In flight as long as it is in the run's set. */
class Flight implements Attempt {
  readonly order: PlannedOrder;
  readonly intendedMs: number;
  readonly handedOverMs: number;
  sentMs: number | undefined;
  delivery: Delivery | undefined;
  readonly after: Landed | undefined;
  readonly #run: LoadRun;

  constructor(
    run: LoadRun,
    order: PlannedOrder,
    dueMs: number,
    handedOverMs: number,
    after?: Landed,
  ) {
    this.#run = run;
    this.order = order;
    this.intendedMs = dueMs;
    this.handedOverMs = handedOverMs;
    this.after = after;
  }

  sent(): void {
    this.#run.flightSent(this);
  }

  answered(answer: Answer): void {
    this.#run.flightAnswered(this, answer);
  }
}
