// SPDX-License-Identifier: Apache-2.0
/**
 * Random faults at random moments of a change, and resets among them. `VM_FAULTS` says how many, `VM_RESETS` how many of
 * them are resets, and `VM_SEED` draws the same ones again.
 */
import fc from 'fast-check';
import type { Change, Mode } from '../../../rpcd/api/index.ts';
import { expect, test } from '../durable.ts';
import { cause, FAULTS, isOver, type Fault } from '../faults.ts';
import { mark } from '../restore.ts';
import type { Router } from '../router.ts';
import { look, readConfig, setUp } from '../transaction.ts';
import { until } from '../until.ts';

const COUNT = Number(process.env['VM_FAULTS'] ?? '6');
const RESETS = Number(process.env['VM_RESETS'] ?? '2');
/** Seconds that a change is given, and that one takes at the most to its end, whatever comes in between. */
const WINDOW = 20;
const TO_THE_END = 180;

interface Round {
	fault: Fault | 'reset' | 'panic';
	/** Milliseconds after the start of the change. */
	after: number;
	/** What somebody who watches asks for before the fault. */
	asked: 'keep_change' | 'undo_change' | null;
}

const round = (faults: readonly Round['fault'][]) =>
	fc.record({
		fault: fc.constantFrom(...faults),
		after: fc.integer({ min: 0, max: 14_000 }),
		asked: fc.constantFrom<Round['asked']>('keep_change', 'keep_change', 'undo_change', null)
	});

/** Evenly, since small numbers and first choices are not what is looked for here. Each draw has a seed of its own. */
function rounds(seed: number): Round[] {
	const draw = <T>(from: fc.Arbitrary<T>, numRuns: number, which: number) =>
		numRuns > 0 ? fc.sample(fc.noBias(from), { numRuns, seed: seed + which }) : [];
	const all = [
		...draw(round(['reset', 'reset', 'panic']), RESETS, 1),
		...draw(round(FAULTS), COUNT - RESETS, 2)
	];
	return draw(fc.shuffledSubarray(all, { minLength: all.length }), 1, 3)[0] ?? all;
}

/** The file but for the two options, which are written as their neighbours are: stock OpenWrt has no quotes around them. */
const rest = (config: string) => config.replaceAll(/^\s+option\s+flow_offloading(_hw)?\s.*\n/gm, '');
const modeIn = (config: string): Mode =>
	/^\s+option\s+flow_offloading\s+'?1'?$/m.test(config) ? 'software' : 'off';

/** Starts a change in the background, asks for its end as soon as there is something to ask, and goes on: all at the router. */
async function change(router: Router, to: Mode, asked: Round['asked']): Promise<void> {
	const call = 'ubus -t 30 call luci.nft-offload';
	const end = asked
		? `id=$(jsonfilter -i /tmp/started -e '@.report.id')
			while ${call} get_change | grep -q '"state": "\\(starting\\|loading\\)"'; do :; done
			${call} ${asked} '{"id":'$id'}' >/tmp/asked`
		: '';
	await router.run(
		`rm -f /tmp/started /tmp/asked /tmp/answered
		(${call} start_change '{"mode":"${to}","seconds":${WINDOW}}' >/tmp/started
		touch /tmp/answered
		${end}) </dev/null >/dev/null 2>&1 &`
	);
}

/** What the router has told so far: a promise that it must hold. */
async function heard(router: Router): Promise<Change | null> {
	const text = (await router.try('cat /tmp/asked')).stdout.toString();
	return text.includes('"state"') ? (JSON.parse(text) as Change) : null;
}

/** Seconds in which the guard of a change has noticed that rpcd lost the plugin: see rpcd/nft_offload/change/reachable.ts. */
const NOTICED = 60;

/** Helps rpcd as an admin would where it has lost the plugin and no guard lives to notice: whether that was needed. */
async function helpRpcd(router: Router): Promise<boolean> {
	const there = async () => (await router.try('ubus list luci.nft-offload')).code === 0;
	if (await until('the plugin', NOTICED, async () => (await there()) || null).catch(() => false))
		return false;
	await router.run('/etc/init.d/rpcd reload');
	await until('the plugin again', NOTICED, async () => (await there()) || null);
	return true;
}

/** Whether start_change has answered, or was killed, and nobody has an order of it any more. */
async function isAnswered(router: Router): Promise<boolean> {
	const { code } = await router.try('[ -e /tmp/answered ] && ! ls /var/run/nft-offload/order*');
	return code === 0;
}

/** Waits until nothing is under way: how the change ended. Where none began, the change `before` it still stands there, or none. */
function settled(router: Router, before: number): Promise<Change> {
	return until('the end of the change', TO_THE_END, async () => {
		const answered = await isAnswered(router);
		const state = await look(router);
		if (state.state === 'none') return answered ? state : null;
		return state.state === 'ended' && (state.report.id !== before || answered) ? state : null;
	});
}

/** The mode that the file must hold after such an end; null where either is right. */
function rightMode(end: Change, from: Mode, to: Mode): Mode | null {
	if (end.state !== 'ended') return null;
	return end.outcome.code === 'kept' ? to : from;
}

test(`${COUNT} random faults, ${RESETS} of them resets: one mode or the other, and the router says which`, async ({
	router
}) => {
	test.setTimeout(300_000 + COUNT * 300_000);
	const seed = Number(process.env['VM_SEED'] ?? Date.now() % 1_000_000);
	const base = rest(await readConfig(router));
	const tally: Record<string, number> = {};
	let last = 0;
	for (const [index, { fault, after, asked }] of rounds(seed).entries()) {
		const from = modeIn(await readConfig(router));
		const to = from === 'off' ? 'software' : 'off';
		const began = Date.now();
		await change(router, to, asked);
		await router.run(`sleep ${(after / 1000).toFixed(1)} 2>/dev/null || sleep ${Math.ceil(after / 1000)}`);
		const before = await look(router).catch(() => null);
		let promise: Change | null;
		if (fault === 'reset' || fault === 'panic') {
			promise = await heard(router);
			await router[fault]();
			await mark(router, `after a ${fault}`);
			await router.run('touch /tmp/answered'); // whoever asked is no more
		} else {
			await cause(router, fault);
			await until(`the end of: ${fault}`, 60, () => isOver(router));
			promise = await heard(router);
		}

		const helped = await helpRpcd(router);
		const end = await settled(router, last);
		const config = await readConfig(router);
		const notBegun = end.state === 'ended' && end.report.id === last;
		const told = notBegun ? 'not begun' : end.state === 'ended' ? end.outcome.code : end.state;
		const what = `round ${index + 1}: ${from} to ${to}, ${fault} after ${after} ms in ${before?.state ?? 'nobody knows'}, ${asked ?? 'nothing'} asked: ${told}, ${modeIn(config)}`;
		console.log(`${what}, ${((Date.now() - began) / 1000).toFixed(0)} s ${JSON.stringify(end)}`);
		expect(rest(config), what).toBe(base);
		expect(modeIn(config), what).toBe((notBegun ? from : rightMode(end, from, to)) ?? modeIn(config));
		if (promise?.state === 'ended' && promise.outcome.code === 'kept') expect(modeIn(config), what).toBe(to);
		if (promise?.state === 'reverting') expect(modeIn(config), what).toBe(from);
		await until(`the kernel as the file says (${what})`, 60, async () => {
			return (await setUp(router)) === modeIn(config);
		});
		if ((await helpRpcd(router)) || helped)
			tally['rpcd had lost the plugin'] = (tally['rpcd had lost the plugin'] ?? 0) + 1;
		const session = await until('LuCI', 60, () => router.login());
		const { status, data } = await router.ubus(session, 'luci.nft-offload', 'get_change');
		expect({ status, data }, what).toEqual({ status: 0, data: end });
		if (end.state === 'ended') last = end.report.id;
		tally[`${fault}: ${told}`] = (tally[`${fault}: ${told}`] ?? 0) + 1;
	}
	console.log(`${COUNT} faults, seed ${seed}:`, tally);
});
