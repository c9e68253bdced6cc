import type { Verdict } from "../audit/verdict.ts";
import { examine } from "./examine.ts";
import type { Fault, PipelineFault, ShopFault } from "./fault.ts";
import type { Ground } from "./ground.ts";
import type { OwnDatabase } from "./own-databases.ts";
import { examineShop } from "./shop/examine-shop.ts";
import { shopOrders } from "./shop/load-shop.ts";
import { createShopTemplate, openShopWorld } from "./shop/shop-world.ts";
import type { SoundPipeline, SoundShop, SoundSystem } from "./sound/sound-system.ts";
import { drawWorkload } from "./workload.ts";
import { openWorld } from "./world.ts";

/** Enough for each thing that may happen to happen. */
const ofFault = { orders: 60, customers: 12 };
const ofRound = { orders: 150, customers: 20 };

/** One system, in a world of its own, and what the auditor says of it. */
export interface Trial {
  readonly verdict: Verdict;
  /** That were placed in it. */
  readonly orders: number;
}

/** Makes worlds, runs one system in each, has it audited, and removes the world. */
export class Trials {
  readonly #ground: Ground;
  /** Made when it is needed first. */
  #shop: Promise<OwnDatabase> | undefined;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  ofFault(fault: Fault, seed: string, signal: AbortSignal): Promise<Trial> {
    if (fault.of === "shop") return this.#shopFault(fault, signal);
    return this.#pipelineFault(fault, seed, signal);
  }

  ofSound(system: SoundSystem, seed: string, signal: AbortSignal): Promise<Trial> {
    if (system.of === "shop") return this.#soundShop(system, signal);
    return this.#soundPipeline(system, seed, signal);
  }

  async #pipelineFault(fault: PipelineFault, seed: string, signal: AbortSignal): Promise<Trial> {
    const runId = this.#ground.nameOf(fault.name);
    const { stock, orders, strays } = drawWorkload({ ...ofFault, seed, runId });
    const { needs = {} } = fault;
    const world = await openWorld(this.#ground, new Map([...stock, ...(needs.stock ?? [])]));
    try {
      await world.send(strays);
      const all = [...orders, ...(needs.orders ?? [])];
      const history = await (fault.place?.(world, all) ?? world.place(all));
      await (fault.consume?.(world) ?? world.consume());
      await fault.afterwards?.(world);
      return { verdict: await examine(world, history, signal), orders: all.length };
    } finally {
      await world.close();
    }
  }

  async #soundPipeline(system: SoundPipeline, seed: string, signal: AbortSignal): Promise<Trial> {
    const runId = this.#ground.nameOf("round");
    const { stock, orders, strays } = drawWorkload({ ...ofRound, seed, runId });
    const world = await openWorld(this.#ground, stock);
    try {
      await world.send(strays);
      const history = await world.place(orders);
      await system.consume(world, signal);
      return { verdict: await examine(world, history, signal), orders: orders.length };
    } finally {
      await world.close();
    }
  }

  async #shopFault(fault: ShopFault, signal: AbortSignal): Promise<Trial> {
    const world = await openShopWorld(this.#ground, await this.#template());
    try {
      await fault.beforehand?.(world);
      await world.relay(fault.tell);
      await world.reserve(signal);
      await (fault.count?.(world) ?? world.count());
      await fault.afterwards?.(world);
      return { verdict: await examineShop(world, signal), orders: shopOrders };
    } finally {
      await world.close();
    }
  }

  async #soundShop(system: SoundShop, signal: AbortSignal): Promise<Trial> {
    const world = await openShopWorld(this.#ground, await this.#template());
    try {
      await system.settle(world, signal);
      return { verdict: await examineShop(world, signal), orders: shopOrders };
    } finally {
      await world.close();
    }
  }

  #template(): Promise<OwnDatabase> {
    this.#shop ??= createShopTemplate(this.#ground);
    return this.#shop;
  }
}
