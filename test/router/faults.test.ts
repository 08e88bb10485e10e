// SPDX-License-Identifier: Apache-2.0
/**
 * Changes of the mode that faults meet at random moments, on the virtual router: the plans and the promises are those of OpenWrt's
 * real userland (test/faults), so that one who develops without an archive has them, too.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Change } from '../../rpcd/api/index.ts';
import { logIn, UbusError, type UbusClient } from '../../web/src/lib/ubus/index.ts';
import { parse } from '../../web/src/lib/uci/index.ts';
import { groundText, type Sight } from '../faults/ground.ts';
import { broken, type Facts } from '../faults/invariants.ts';
import { plansOf, type FaultKind, type Plan } from '../faults/plan.ts';
import { FACTOR, until } from '../vm/until.ts';
import { RouterServer } from './http.ts';
import { install, type Installed } from './installed.ts';
import type { VirtualRouter } from './router.ts';
import { USERS } from './users.ts';

const RUNS = Number(process.env['FAULTS_RUNS'] ?? '25');
const SEED = Number(process.env['FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** A run mostly waits. */
const AT_ONCE = 5;
/** Milliseconds for one run, at the most. */
const RUN_LIMIT = 150_000;
/** Seconds after the deadline within which the router has gone back, and all the rest is as it must be. */
const END_LIMIT = 75;
const REST_LIMIT = 15;
/** Milliseconds between two tries of somebody who wants to be heard, and for how long he tries. */
const INSIST = 400;
const INSISTS = 6_000;

let installed: Installed;

beforeAll(async () => {
	installed = await install();
});

afterAll(() => {
	installed.remove();
});

/** How each fault strikes, and how one that lasts is lifted. */
const STRIKES: Readonly<Record<FaultKind, (router: VirtualRouter) => (() => void) | undefined>> = {
	// The run sees to these two.
	browser_gone: () => undefined,
	network_gone: () => undefined,
	uhttpd_killed: (router) => {
		router.reachable = false;
		return () => {
			router.reachable = true;
		};
	},
	rpcd_killed: (router) => {
		router.reloadRpcd();
		router.sessions.forget();
		return undefined;
	},
	rpcd_reloaded: (router) => {
		router.reloadRpcd();
		return undefined;
	},
	plugin_killed: (router) => {
		router.processes.kill('plugin.mjs');
		return undefined;
	},
	guard_killed: (router) => {
		router.processes.kill('guard.mjs');
		return undefined;
	},
	reload_killed: (router) => {
		router.firewall.interrupt();
		return undefined;
	},
	interface_up: (router) => {
		router.firewall.configChanged('firewall');
		return undefined;
	},
	flash_read_only: (router) => broke(router, 'read-only'),
	flash_full: (router) => broke(router, 'full'),
	reset: (router) => {
		void router.reboot('crashes');
		return undefined;
	}
};

function broke({ flash }: VirtualRouter, state: 'read-only' | 'full'): () => void {
	flash.state = state;
	return () => {
		flash.state = 'works';
	};
}

interface Story {
	outcome: string;
	/** What is not as it must be. */
	failing: string[];
}

/** One change by its plan, and what was seen of it. */
class Run {
	readonly #server: RouterServer;
	readonly #plan: Plan;
	readonly #facts: Facts;
	readonly #lifts: (() => void)[] = [];
	#tab: UbusClient;
	#id: number | null = null;
	#gone = false;

	private constructor(server: RouterServer, plan: Plan, ground: Sight, tab: UbusClient) {
		this.#server = server;
		this.#plan = plan;
		this.#tab = tab;
		const forgets = plan.faults.some(({ kind }) => kind === 'reset');
		this.#facts = {
			plan,
			ground,
			former: null,
			started: null,
			refused: null,
			keepAsked: false,
			keepAnswered: false,
			applied: false,
			confirmed: false,
			forgets,
			loggedOut: forgets || plan.faults.some(({ kind }) => kind === 'rpcd_killed')
		};
	}

	/** Carries a plan out on a router of its own. */
	static async story(plan: Plan): Promise<Story> {
		const server = await RouterServer.start({
			...installed,
			users: USERS,
			port: 0,
			scenario: 'hardware-able',
			demo: false
		});
		try {
			const { router } = server;
			router.writeFirewall(groundText(router.firewallFile(), plan.from));
			router.firewall.load();
			router.flash.sync();
			return await new Run(server, plan, look(router), await login(server)).#carryOut();
		} finally {
			await server.stop();
		}
	}

	async #carryOut(): Promise<Story> {
		const { router } = this.#server;
		const plan = this.#plan;
		const other = router.sessions.login('root', USERS.root.password);
		if (plan.stages.session)
			router.staging.stage(other?.sid, 'firewall', ['set', 'neighbour', 'dest_port', '4141']);
		if (plan.stages.command_line)
			router.staging.stage(undefined, 'firewall', ['set', 'neighbour', 'src_port', '4242']);
		await Promise.all([
			this.#start(),
			...plan.faults.map((fault) => this.#strike(fault)),
			...plan.decisions.map((decision) => this.#insist(decision)),
			this.#apply()
		]);
		for (const lift of this.#lifts) lift();
		const change = await this.#end();
		let failing: string[] = [];
		await until('all the rest', REST_LIMIT, () => {
			const changes = router.staging.changes(other?.sid, 'firewall').map((each) => each.join(' '));
			failing = broken(this.#facts, change, look(router), this.#facts.loggedOut ? null : changes);
			return failing.length === 0;
		}).catch(() => undefined);
		return { outcome: outcomeOf(change), failing };
	}

	async #start(): Promise<void> {
		const { to, seconds } = this.#plan;
		try {
			const change = await this.#tab.call('luci.nft-offload', 'start_change', { mode: to, seconds });
			this.#id = this.#facts.started = idOf(change);
		} catch (error) {
			if (error instanceof UbusError && error.fault.kind === 'problem')
				this.#facts.refused = error.fault.problem.problem;
		}
	}

	async #strike({ kind, at, lasts }: Plan['faults'][number]): Promise<void> {
		await after(at);
		if (kind === 'browser_gone') this.#gone = true;
		const { router } = this.#server;
		const lift = STRIKES[kind](router);
		if (lift === undefined) return;
		this.#lifts.push(lift);
		await after(lasts);
		lift();
	}

	/** Asks again until the answer is an end, or a way back. */
	async #insist({ action, at }: Plan['decisions'][number]): Promise<void> {
		await after(at);
		const limit = Date.now() + INSISTS * FACTOR;
		while (!this.#gone && Date.now() < limit && !(await this.#decided(action))) await after(INSIST);
	}

	async #decided(action: 'keep' | 'undo'): Promise<boolean> {
		const facts = this.#facts;
		try {
			const known = this.#id ?? idOf(await this.#tab.call('luci.nft-offload', 'get_change', {}));
			if (known === null) return false;
			this.#id = known;
			facts.keepAsked ||= action === 'keep';
			const change = await this.#tab.call('luci.nft-offload', `${action}_change`, { id: known });
			facts.keepAnswered ||= change.state === 'ended' && change.outcome.code === 'kept';
			return change.state === 'ended' || change.state === 'reverting';
		} catch {
			this.#tab = await login(this.#server).catch(() => this.#tab);
			return false;
		}
	}

	/** Another admin sets something else of the firewall. */
	async #apply(): Promise<void> {
		const { apply } = this.#plan;
		if (apply === null) return;
		await after(apply.at);
		const { router } = this.#server;
		const third = router.sessions.login('root', USERS.root.password)?.sid ?? '';
		router.staging.stage(third, 'firewall', ['set', 'neighbour', 'name', 'as-another-wants']);
		const timeout = apply.seconds;
		const ask = (method: string, args = {}) =>
			router.bus.call('uci', method, { ...args, ubus_rpc_session: third });
		if ((await ask('apply', { rollback: true, timeout })).status !== 0) return;
		this.#facts.applied = true;
		await after(apply.confirms ? 1000 : apply.seconds * 1000);
		this.#facts.confirmed = apply.confirms && (await ask('confirm')).status === 0;
	}

	/** The change after its end. */
	async #end(): Promise<Change | null> {
		let last: Change | null = null;
		await until('the end of the change', END_LIMIT, async () => {
			const watcher = await login(this.#server);
			last = await watcher.call('luci.nft-offload', 'get_change', {});
			return last.state === 'none' || last.state === 'ended';
		}).catch(() => undefined);
		return last;
	}
}

function outcomeOf(change: Change | null): string {
	if (change?.state !== 'ended') return change === null ? 'no answer' : change.state;
	const { outcome } = change;
	return outcome.code === 'reverted' ? `${outcome.code} ${outcome.reason.code}` : outcome.code;
}

const idOf = (change: Change): number | null => ('report' in change ? change.report.id : null);

function login({ url }: RouterServer): Promise<UbusClient> {
	const fetchFrom = (path: string, init: RequestInit) => fetch(url + path, init);
	return logIn({ url: '/ubus/', fetch: fetchFrom }, 'root', USERS.root.password, 3600);
}

/** What lies on the flash and in memory. */
function look(router: VirtualRouter): Sight {
	const at = (path: string): string => join(router.root, path);
	const text = (path: string): string => (existsSync(at(path)) ? readFileSync(at(path), 'latin1') : '');
	const { running, services } = router.procd;
	return {
		text: text('etc/config/firewall'),
		read: shown(text('etc/config/firewall')),
		flowtables: text('run/virtual-kernel/flowtables'),
		ruleset: router.firewall.rules,
		marker: existsSync(at('etc/nft-offload/change.json')),
		guards: running.join(),
		service: services.length > 0,
		staged: text('tmp/.uci/firewall')
	};
}

/** The file as `uci show` tells it; nothing where libuci refuses it. */
function shown(text: string): string[] {
	try {
		const numbers = new Map<string, number>();
		return parse(text).sections.flatMap(({ name, type, anonymous, options }) => {
			const number = numbers.get(type) ?? 0;
			numbers.set(type, number + 1);
			const section = `copy.${anonymous ? `@${type}[${number}]` : name}`;
			const values = [...options].map(
				([option, value]) => `${section}.${option}='${[value].flat().join("' '")}'`
			);
			return [`${section}=${type}`, ...values];
		});
	} catch {
		return [];
	}
}

/** Where another admin's own load is killed nobody loads his rules, here as on any router: that fault is not ours to find. */
const hurtsOthers = ({ apply, faults }: Plan): boolean =>
	apply !== null && faults.some(({ kind }) => kind === 'reload_killed');

it(
	'faults at random moments leave the old mode or the new one, and a router that says which',
	{ timeout: RUNS * RUN_LIMIT },
	async () => {
		console.log(`seed ${SEED}: FAULTS_SEED=${SEED} repeats it`);
		const plans = [...plansOf(SEED, RUNS).entries()].filter(([, plan]) => !hurtsOthers(plan));
		const failures: string[] = [];
		const counts = new Map<string, number>();
		const worker = async (): Promise<void> => {
			for (let next = plans.shift(); next; next = plans.shift()) {
				const [number, plan] = next;
				const { outcome, failing } = await Run.story(plan);
				counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
				if (failing.length > 0)
					failures.push(`run ${number}: ${failing.join('; ')} of ${JSON.stringify(plan)}`);
			}
		};
		await Promise.all(Array.from({ length: AT_ONCE }, worker));
		console.log([...counts].map(([outcome, times]) => `${outcome}: ${times}`).join(', '));
		expect(failures).toEqual([]);
	}
);
