// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
/** The box at the top: what it offers, to whom, and what became of it. */
import { h, render } from 'preact';
import { beforeEach, expect, it } from 'vitest';
import type { FirewallLoad, Status, Verdict } from '../../../rpcd/api/index.ts';
import { UbusError, type UbusClient } from '../../../web/src/lib/ubus/index.ts';
import { Glance } from '../../../web/src/state/Glance.tsx';
import type { Moving } from '../../../web/src/state/proof.ts';
import { FirewallLoader } from '../../../web/src/state/load.ts';
import { status } from '../status.ts';

const GOOD: FirewallLoad = { action: 'reload', status: 0, reason: '' };

const MOVING: Moving = { rates: null, eligible: null, busy: null, uncounted: false };

let calls: string[];
let reviewed: string[];
let shown: Status;
let mayWrite: boolean;
let answer: () => Promise<unknown>;
/** What the router is after a load. */
let after: Status;

const router = {
	call: (object: string, method: string) => {
		calls.push(`${object}.${method}`);
		return answer();
	}
} as Pick<UbusClient, 'call'>;

const loader = () =>
	new FirewallLoader(router, show, () => {
		shown = after;
		return Promise.resolve();
	});
let loading: FirewallLoader;

function show(): void {
	const onReview = mayWrite ? (mode: string) => reviewed.push(mode) : null;
	render(
		h(Glance, { status: shown, moving: MOVING, stale: false, loader: loading, onReview, busy: false }),
		document.body
	);
}

const text = () => document.body.textContent;
const button = () => document.querySelector('button');

function open(verdict: Verdict, part: Partial<Status> = {}): void {
	shown = status({ verdict, ...part });
	after = status();
	show();
}

beforeEach(() => {
	calls = [];
	reviewed = [];
	mayWrite = true;
	answer = () => Promise.resolve(GOOD);
	loading = loader();
});

async function press(): Promise<void> {
	button()?.click();
	expect(button()?.disabled).toBe(true);
	for (let turn = 0; turn < 10; turn++) await Promise.resolve();
	show();
}

it.each<[Verdict, string]>([
	[{ code: 'not_reloaded' }, 'Reload the firewall'],
	[{ code: 'devices_differ', missing: ['a'], surplus: [] }, 'Reload the firewall'],
	[{ code: 'firewall_stopped' }, 'Start the firewall'],
	[{ code: 'reload_failed' }, 'Start the firewall']
])('loads the firewall where that is the way out, and looks again: %j', async (verdict, name) => {
	open(verdict);
	expect(button()?.textContent).toBe(name);
	await press();
	expect(calls).toEqual(['luci.nft-offload.load_firewall']);
	expect(button()).toBeNull();
	expect(text()).toContain('As configured');
});

it('says what fw4 complained of, until nothing is wrong any more', async () => {
	answer = () => Promise.resolve({ action: 'start', status: 1, reason: 'line 3: syntax error' });
	open({ code: 'firewall_stopped' });
	after = shown;
	await press();
	expect(text()).toContain('“fw4 start” ended with status 1: line 3: syntax error');
	shown = status();
	show();
	expect(text()).not.toContain('ended with status');
});

it('says that a load has changed nothing', async () => {
	open({ code: 'not_reloaded' });
	after = shown;
	await press();
	expect(text()).toContain('The firewall was loaded again, and nothing changed.');
});

it('says when the router did not answer', async () => {
	answer = () =>
		Promise.reject(new UbusError({ kind: 'timeout', after: 35_000 }, 'luci.nft-offload.load_firewall'));
	open({ code: 'not_reloaded' });
	after = shown;
	await press();
	expect(text()).toContain('The router did not answer in time.');
	expect(button()?.disabled).toBe(false);
});

it('offers Software where nothing is in hardware, by the usual review', () => {
	open({ code: 'not_in_hardware', cause: 'no_engine', connections: 5 });
	button()?.click();
	expect(reviewed).toEqual(['software']);
	expect(calls).toEqual([]);
});

it('offers nothing to who may only look', () => {
	mayWrite = false;
	open({ code: 'firewall_stopped' });
	expect(button()).toBeNull();
});
