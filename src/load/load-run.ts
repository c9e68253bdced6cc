import { Flight, type FlightWatch, type Landed } from "./flight.ts";
import { type GeneratorHealth, GeneratorWatch } from "./generator-health.ts";
import { InFlight } from "./in-flight.ts";
import type { LoadEnd, LoadHooks, LoadOptions } from "./load-options.ts";
import { momentIn, ownClockMs } from "./machine-clock.ts";
import { RecentRate, recentMs } from "./recent-rate.ts";
import { Recorder } from "./recorder.ts";
import { RunAccount } from "./run-account.ts";
import type { Sample } from "./sampling/sampler.ts";
import type { Answer, LoadTarget } from "./target.ts";
import { WakeUp } from "./wake-up.ts";

/** Late orders are sent at once, but answers must be read in between: at most this many in a turn. */
const burstMax = 256;

/** Made, and thrown away, before the first is due: a workload can say these at once. */
export const warmUpOrders = 2_000;

/**
 * Answers come more often than timers fire, and let what is due by then leave; but orders that leave
 * together cost less. Measured at 10,000/s: without it the history alone took a quarter of the CPU.
 */
const gatheringMs = 0.5;

const sweepIntervalMs = 25;
const progressIntervalMs = 250;

/** After a signal, answers under way get at most this long. */
const stopGraceMs = 3_000;

const neverTried: Answer = { state: "dropped", kind: "the history could not be written" };

/** One run of a load, from the first order due until each has its state. */
export class LoadRun implements FlightWatch {
  readonly recorder: Recorder;
  readonly #watch = new GeneratorWatch();
  startedAtMs = Date.now();
  /** The same by performance.now(). */
  startedAtClockMs = performance.now();
  readonly #options: LoadOptions;
  readonly #target: LoadTarget;
  readonly #hooks: LoadHooks;
  readonly #account: RunAccount;
  readonly #wakeUp: WakeUp;
  /** In the order they were handed over: the oldest, whose time is up first, come first. */
  readonly #inFlight = new InFlight<Flight>();
  readonly #sentRate = new RecentRate();
  /** Accepted orders whose change was not sent yet. */
  #changing: Flight[] = [];
  #next = 0;
  #end: LoadEnd | undefined;
  #endedAtMs = Number.POSITIVE_INFINITY;
  #pumping = false;
  #pumpedAtMs = Number.NEGATIVE_INFINITY;
  #finish: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(options: LoadOptions, target: LoadTarget, hooks: LoadHooks) {
    this.#options = options;
    this.#target = target;
    this.#hooks = hooks;
    this.#account = new RunAccount(options.historyWriter, hooks.onSettled);
    this.#wakeUp = new WakeUp(() => this.#guard(() => this.#pump()));
    const sample = () => this.#sample();
    this.recorder = new Recorder({ onSlice: hooks.onSlice, sample }, -warmUpMs(options));
  }

  /** Runs it. Call once. */
  async finished(): Promise<RunEnd> {
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
    const elapsedMs = this.#nowMs();
    this.recorder.end(elapsedMs);
    return {
      ...{ end: this.#end ?? "complete", elapsedMs, generator: this.#watch.end() },
      durationMs: Math.max(0, Math.min(this.#options.schedule.durationMs, this.#endedAtMs)),
    };
  }

  /** Code runs slowly until it is compiled: that belongs before the first order, not to its latency. */
  #warmUp(): void {
    const count = Math.min(warmUpOrders, this.#options.schedule.orders);
    for (let n = 0; n < count; n++) this.#options.workload.order(n);
    const start = this.#options.startsAt ?? momentIn(warmUpMs(this.#options));
    this.startedAtMs = start.epochMs;
    this.startedAtClockMs = ownClockMs(start);
    this.#account.begin(this.#options.workload.spec, this.startedAtMs);
    this.#watch.start();
  }

  #sample(): Sample {
    const { gauges, ...rest } = this.#hooks.sample?.() ?? { gauges: {} };
    const in_flight = this.#inFlight.size;
    return { ...rest, gauges: { ...gauges, ...this.#watch.take(), in_flight } };
  }

  flightSent(flight: Flight): void {
    if (flight.after !== undefined) return;
    flight.sentMs = this.#nowMs();
    this.recorder.sent(flight.intendedMs, flight.sentMs);
  }

  flightAnswered(flight: Flight, answer: Answer): void {
    this.#guard(() => {
      this.#land(flight, answer);
      const waiting = this.#offeredAll || this.#changing.length > 0;
      // After all answers that have come: what is due then leaves together, its intents in one write.
      if (waiting || this.#nowMs() - this.#pumpedAtMs >= gatheringMs) this.#wakeUp.soon();
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
    this.#pumpedAtMs = this.#nowMs();
    const due = this.#end === undefined ? this.#options.schedule.ordersDue(this.#pumpedAtMs) : 0;
    const burstEnd = Math.min(due, this.#next + burstMax);
    const leaving = this.#changing;
    this.#changing = [];
    while (this.#next < burstEnd) {
      const flight = this.#offer(this.#next++);
      if (flight !== undefined) leaving.push(flight);
    }
    this.#send(leaving);
    this.#pumping = false;
    if (this.#changing.length > 0) this.#wakeUp.soon();
    if (!this.#offeredAll) this.#scheduleNext(due);
    else if (this.#inFlight.size === 0) this.#finish();
  }

  get #offeredAll(): boolean {
    return this.#end !== undefined || this.#next >= this.#options.schedule.orders;
  }

  #scheduleNext(due: number): void {
    if (this.#next < due) {
      this.#wakeUp.soon();
      return;
    }
    const { schedule } = this.#options;
    const dueMs = schedule.intendedMs(this.#next);
    const gapMs = this.#next === 0 ? dueMs : dueMs - schedule.intendedMs(this.#next - 1);
    this.#wakeUp.within(dueMs - this.#nowMs(), gapMs);
  }

  /** Not before the history has the intents of all of them: no order is anywhere that is not in it. */
  #send(leaving: readonly Flight[]): void {
    if (leaving.length === 0) return;
    if (this.#options.historyWriter?.commit() === false) {
      for (const flight of leaving) this.#land(flight, neverTried);
      this.#stop("history_failed");
      return;
    }
    for (const flight of leaving) flight.delivery = flight.send();
  }

  /** @returns what is to be sent. */
  #offer(n: number): Flight | undefined {
    const { schedule, workload, timeoutMs, maxInFlight } = this.#options;
    const dueMs = schedule.intendedMs(n);
    const nowMs = this.#nowMs();
    this.recorder.offered(dueMs, nowMs);
    if (nowMs - dueMs > timeoutMs) return this.#drop(n, dueMs, "too late to send");
    if (this.#inFlight.size >= maxInFlight) return this.#drop(n, dueMs, "in-flight limit");
    const order = workload.order(n);
    const flight = new Flight(this, order, dueMs, nowMs, (to) => this.#target.send(to));
    flight.number = this.#account.intend(order, dueMs);
    this.#inFlight.add(flight);
    return flight;
  }

  #drop(n: number, dueMs: number, kind: string): undefined {
    const answer: Answer = { state: "dropped", kind };
    const nowMs = this.#nowMs();
    this.recorder.settled(dueMs, undefined, nowMs, answer);
    if (!this.#account.isKept) return;
    const order = this.#options.workload.order(n);
    const number = this.#account.intend(order, dueMs);
    this.#account.outcome(number, answer, undefined, nowMs);
    this.#account.tell(order, answer, dueMs, nowMs);
  }

  #land(flight: Flight, answer: Answer): void {
    if (!this.#inFlight.delete(flight)) return;
    const nowMs = this.#nowMs();
    if (flight.after !== undefined) this.#landChange(flight.after, answer, nowMs);
    else {
      this.recorder.settled(flight.intendedMs, flight.sentMs, nowMs, answer);
      if (this.#change(flight, answer, nowMs)) return;
      this.#account.outcome(flight.number, answer, flight.sentMs, nowMs);
      this.#account.tell(flight.order, answer, flight.intendedMs, nowMs, flight.sentMs);
    }
  }

  /** Asks for the change that is planned for an order, which is told of when that has landed. */
  #change(flight: Flight, answer: Answer, nowMs: number): boolean {
    const { order, intendedMs } = flight;
    const { change: ask } = answer;
    if (ask === undefined || order.change === undefined || this.#end !== undefined) return false;
    const after = { flight, answer, change: order.change, landedMs: nowMs };
    const next = new Flight(this, order, intendedMs, nowMs, ask, after);
    this.#account.outcome(flight.number, answer, flight.sentMs, nowMs, order.change);
    this.#inFlight.add(next);
    this.#changing.push(next);
    return true;
  }

  #landChange({ flight, answer, change, landedMs }: Landed, to: Answer, nowMs: number): void {
    const { order, intendedMs, sentMs, number } = flight;
    this.recorder.changed(change, to);
    this.#account.changed(number, change, to, nowMs);
    const answeredAtMs = this.startedAtMs + nowMs;
    this.#account.tell(order, answer, intendedMs, landedMs, sentMs, {
      ...{ name: change, state: to.state, kind: to.kind, answeredAtMs },
    });
  }

  /** Gives up on the orders whose time is up. */
  #sweep(): void {
    if (this.#options.historyWriter?.error !== undefined) this.#stop("history_failed");
    const nowMs = this.#nowMs();
    this.recorder.at(nowMs);
    for (let flight = this.#inFlight.oldest; flight !== undefined; flight = this.#inFlight.oldest) {
      const timedOut = nowMs - flight.handedOverMs >= this.#options.timeoutMs;
      if (!timedOut && nowMs < this.#endedAtMs + stopGraceMs) break;
      const answer = flight.delivery?.abandon(timedOut ? "timeout" : "stopped");
      if (answer === undefined) break;
      this.#land(flight, answer);
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
    this.#options.historyWriter?.commit();
    const { schedule } = this.#options;
    const elapsedMs = this.#nowMs();
    const untilMs = Math.min(elapsedMs, schedule.durationMs);
    const counts = { ...this.recorder.totals };
    this.#hooks.onProgress?.({
      elapsedMs,
      durationMs: schedule.durationMs,
      targetRatePerSecond: schedule.ratePerSecondIn(
        Math.max(-warmUpMs(this.#options), untilMs - recentMs),
        untilMs,
      ),
      sentRatePerSecond: this.#sentRate.at(elapsedMs, counts.sent),
      counts,
      inFlight: this.#inFlight.size,
      responseMs: this.recorder.responseMs(),
      scheduleLagMs: this.recorder.scheduleLagMs(),
    });
  }
}

function warmUpMs({ schedule }: Pick<LoadOptions, "schedule">): number {
  return schedule.warmUp?.durationMs ?? 0;
}

export interface RunEnd {
  readonly end: LoadEnd;
  /** The schedule's length, or how far it came when it ended early. */
  readonly durationMs: number;
  /** Until the last order had its state. */
  readonly elapsedMs: number;
  readonly generator: GeneratorHealth;
}
