// SPDX-License-Identifier: Apache-2.0
/** A change of the mode, asked of the router at its shell, as a script does. */
import type { Change, ChangeArguments, Mode, StartChangeArguments } from '../../rpcd/api/index.ts';
import type { Router } from './router.ts';
import { until } from './until.ts';

interface Calls {
	start_change: StartChangeArguments;
	get_change: object;
	keep_change: ChangeArguments;
	undo_change: ChangeArguments;
}

/** What the router answers. A problem throws. */
export async function ask<M extends keyof Calls>(router: Router, method: M, args: Calls[M]): Promise<Change> {
	const text = await router.run(`ubus -t 30 call luci.nft-offload ${method} '${JSON.stringify(args)}'`);
	const answer = JSON.parse(text) as Change | { problem: string };
	if ('problem' in answer) throw new Error(`${method}: ${text}`);
	return answer;
}

export const look = (router: Router): Promise<Change> => ask(router, 'get_change', {});

/** Starts a change and waits until its mode is set up: its number. */
export async function tryOut(router: Router, change: StartChangeArguments): Promise<number> {
	const started = await ask(router, 'start_change', change);
	if (!('report' in started)) throw new Error('nothing was started');
	const { id } = started.report;
	await until(`${change.mode} set up`, 60, async () => (await look(router)).state === 'proving');
	return id;
}

/** Waits until the change under way has ended: how, and why. */
export function untilEnded(router: Router, seconds = 60): Promise<Extract<Change, { state: 'ended' }>> {
	return until('the end of the change', seconds, async () => {
		const change = await look(router);
		return change.state === 'ended' ? change : null;
	});
}

export const readConfig = (router: Router): Promise<string> => router.run('cat /etc/config/firewall');

/** What the kernel is set up for. */
export async function setUp(router: Router): Promise<Mode> {
	const tables = await router.run('nft list flowtables inet');
	if (!/flowtable ft/.test(tables)) return 'off';
	return tables.includes('flags offload') ? 'hardware' : 'software';
}

/** Waits until the kernel is set up for a mode, since firewall4 takes its time. */
export const untilSetUp = (router: Router, mode: Mode): Promise<unknown> =>
	until(`the kernel set up for ${mode}`, 60, async () => (await setUp(router)) === mode);
