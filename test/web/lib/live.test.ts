// SPDX-License-Identifier: Apache-2.0
/** How often the router is asked, on a clock that moves only when it is told to. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Live } from '../../../web/src/lib/live.ts';
import { Rest } from '../../../web/src/lib/rest.ts';
import { UbusError, type UbusFault } from '../../../web/src/lib/ubus/index.ts';

const INTERVAL = 5000;
const SECOND = 1000;

/** A router that takes so many milliseconds for an answer, on a clock of its own. */
class SlowRouter {
	now = 0;
	/** Milliseconds that the router was busy for us. */
	busy = 0;
	asked = 0;
	readonly clock = { now: () => this.now, sleep: () => Promise.resolve() };

	readonly answer = (took: number) => () => {
		this.asked++;
		this.busy += took;
		this.now += took;
		return Promise.resolve({ took_us: took * 1000 });
	};

	live(took: number, rest: Rest): Live<{ took_us: number }> {
		const options = { interval: INTERVAL, rest, clock: this.clock, changed: () => undefined };
		return new Live(this.answer(took), options);
	}
}

let router: SlowRouter;
beforeEach(() => {
	router = new SlowRouter();
});

/** Ticks each second for so many of them, as LuCI does. */
async function watch(seconds: number, ...lives: Live<{ took_us: number }>[]): Promise<void> {
	for (const end = router.now + seconds * SECOND; router.now < end; router.now += SECOND)
		for (const live of lives) await live.lookWhenDue();
}

describe('the next look', () => {
	it.each([
		[10, INTERVAL, INTERVAL],
		[250, 10_000, INTERVAL],
		[700, 28_000, 14_000],
		[3000, 120_000, 60_000]
	])('after one of %s ms comes %s ms after the first, and then after %s ms', async (took, first, later) => {
		const live = router.live(took, new Rest(router.clock));
		for (const [looks, rest] of [first, later, later].entries()) {
			await live.lookWhenDue();
			router.now += rest - 1;
			expect(live.due).toBe(false);
			await live.lookWhenDue();
			expect(router.asked).toBe(looks + 1);
			router.now += 1;
		}
		expect(live.due).toBe(true);
	});

	it('does not come while one is under way', async () => {
		let answer = (value: { took_us: number }): void => {
			throw new Error(`not asked yet: ${value.took_us}`);
		};
		const ask = () => {
			router.asked++;
			return new Promise<{ took_us: number }>((resolve) => (answer = resolve));
		};
		const rest = new Rest(router.clock);
		const live = new Live(ask, { interval: INTERVAL, rest, clock: router.clock, changed: () => undefined });
		const looking = live.lookWhenDue();
		router.now += 60 * SECOND;
		await live.lookWhenDue();
		expect(router.asked).toBe(1);
		answer({ took_us: 1 });
		await looking;
		router.now += INTERVAL;
		expect(live.due).toBe(true);
	});

	it('comes at once when the admin asks for it, and the router rests longer afterwards', async () => {
		const live = router.live(1000, new Rest(router.clock));
		await live.look();
		await live.look();
		expect(router.asked).toBe(2);
		// Twice for the first, once for the second, which itself took one of the first's seconds.
		router.now += 58 * SECOND;
		expect(live.due).toBe(false);
		router.now += 1 * SECOND;
		expect(live.due).toBe(true);
	});

	it('waits as long as a failure took', async () => {
		const fail = () => {
			router.now += 20 * SECOND;
			return Promise.reject(new UbusError({ kind: 'timeout', after: 20 * SECOND }, 'test'));
		};
		const rest = new Rest(router.clock);
		const live = new Live(fail, { interval: INTERVAL, rest, clock: router.clock, changed: () => undefined });
		await live.look();
		expect(live.error?.kind).toBe('timeout');
		router.now += 20 * SECOND - 1;
		expect(live.due).toBe(false);
		router.now += 1;
		expect(live.due).toBe(true);
	});
});

describe('since the page was opened', () => {
	it.each([300, 1000, 2900, 4500])('looks of %s ms never take more than 5 % of a core', async (took) => {
		const rest = new Rest(router.clock);
		const live = router.live(took, rest);
		await live.lookWhenDue();
		for (let looks = 2; looks < 20; looks++) {
			while (!live.due) router.now += SECOND;
			await live.lookWhenDue();
			expect(router.busy / router.now).toBeLessThanOrEqual(0.05);
		}
	});
});

describe('an hour of looking', () => {
	const HOUR = 3600;
	const share = () => router.busy / router.now;

	it('costs the router 5 % at most, for all that the page asks together', async () => {
		const rest = new Rest(router.clock);
		await watch(HOUR, router.live(300, rest), router.live(900, rest));
		expect(router.asked).toBeGreaterThan(100);
		expect(share()).toBeLessThanOrEqual(0.05);
	});

	it('in two tabs costs at most twice as much', async () => {
		await watch(HOUR, router.live(900, new Rest(router.clock)));
		const alone = share();
		router = new SlowRouter();
		await watch(HOUR, router.live(900, new Rest(router.clock)), router.live(900, new Rest(router.clock)));
		expect(share()).toBeLessThanOrEqual(2 * alone);
	});
});

it('an answer that a later question has overtaken is dropped, and yet the router rests for it', async () => {
	const answers: ((value: { took_us: number }) => void)[] = [];
	const ask = () => new Promise<{ took_us: number }>((resolve) => answers.push(resolve));
	const rest = new Rest(router.clock);
	const live = new Live(ask, { interval: INTERVAL, rest, clock: router.clock, changed: () => undefined });
	const first = live.look();
	const second = live.look();
	answers[1]?.({ took_us: 2 });
	await second;
	answers[0]?.({ took_us: 1_000_000 });
	await first;
	expect(live.value).toEqual({ took_us: 2 });
	expect(rest.left).toBeGreaterThan(0);
});

describe('a look that fails', () => {
	const failing = (fault: UbusFault, took: number) => () => {
		router.asked++;
		router.now += took;
		return Promise.reject(new UbusError(fault, 'luci.nft-offload.get_flows'));
	};

	/** Milliseconds from the failure to the next look. */
	async function pauseAfter(fault: UbusFault, took: number): Promise<number> {
		const rest = new Rest(router.clock);
		const live = new Live(failing(fault, took), {
			interval: INTERVAL,
			rest,
			clock: router.clock,
			changed: () => undefined
		});
		await live.look();
		return live.wait;
	}

	// Asked again at once, a router with too many connections spent 30 s of each 40 on calls that rpcd ended.
	it('is paid for like another when rpcd has ended it: the router worked all the while', async () => {
		expect(await pauseAfter({ kind: 'unanswered' }, 30 * SECOND)).toBe(600 * SECOND);
	});

	it('is soon repeated when nobody answered: the router may be starting', async () => {
		expect(await pauseAfter({ kind: 'network', reason: 'refused' }, 10)).toBe(INTERVAL);
		expect(await pauseAfter({ kind: 'timeout', after: 35 * SECOND }, 35 * SECOND)).toBe(35 * SECOND);
	});
});

it('what is cheap waits for the rest of what is dear no longer than its patience', async () => {
	const rest = new Rest(router.clock);
	const options = { interval: INTERVAL, rest, clock: router.clock, changed: () => undefined };
	const status = new Live(router.answer(10), { ...options, patience: 60 * SECOND });
	await status.look();
	await router.live(30 * SECOND, rest).look();
	expect(rest.left).toBeGreaterThan(1000 * SECOND);
	// Its last answer came before the list was asked for, 30 s ago.
	expect(status.wait).toBe(INTERVAL + 30 * SECOND);
	router.now += status.wait;
	expect(status.due).toBe(true);
	const left = rest.left;
	await status.look();
	expect(rest.left, 'paid for all the same').toBe(left - 10 + 20 * 10);
});
