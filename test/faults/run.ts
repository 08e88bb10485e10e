// SPDX-License-Identifier: Apache-2.0
/** One run: a change by its plan, what comes of it, and whether that is as it must be. */
import { setTimeout as after } from 'node:timers/promises';
import type { Change } from '../../rpcd/api/index.ts';
import { UbusError } from '../../web/src/lib/ubus/index.ts';
import { Admin } from '../userland/admin.ts';
import type { Machine } from '../userland/machine.ts';
import { FACTOR, until } from '../vm/until.ts';
import { groundText, look, prepare } from './ground.ts';
import { broken, type Facts } from './invariants.ts';
import type { Decision, Plan } from './plan.ts';
import { STRIKES } from './strike.ts';

/** Seconds after the deadline within which the router has gone back, whatever has struck. */
const END_LIMIT = 75;
/** Seconds within which all the rest is as it must be. */
const REST_LIMIT = 15;
/** Milliseconds between two tries of somebody who wants to be heard. */
const INSIST = 300;

/** Milliseconds between two looks at the change: each costs the machine a process. */
const LOOK = 400;

export interface Story {
	/** In one word: `kept`, `reverted time_over`, `not_written`, `refused flash_full`, ... */
	outcome: string;
	/** What is not as it must be. */
	broken: string[];
	/** What happened when, in milliseconds from the start. */
	told: string[];
}

const wordOf = (error: unknown): string =>
	error instanceof UbusError ? (error.problem?.problem ?? error.kind) : String(error);

export class Run {
	private readonly told: string[] = [];
	private readonly ends: (() => Promise<unknown>)[] = [];
	private readonly machine: Machine;
	private readonly plan: Plan;
	private began = 0;
	/** The change, as soon as anybody has told its number. */
	private id: number | null = null;
	private gone = false;
	private cutUntil = 0;
	private over = false;

	constructor(machine: Machine, plan: Plan) {
		this.machine = machine;
		this.plan = plan;
	}

	async story(stock: string): Promise<Story> {
		const { machine, plan } = this;
		const ground = await prepare(machine, groundText(stock, plan.from));
		const [tab, other, third] = await Promise.all([0, 1, 2].map(() => Admin.login(machine)));
		if (!tab || !other || !third) throw new Error('nobody is logged in');
		if (plan.stages.session) await other.stage('neighbour', { dest_port: '4141' });
		if (plan.stages.command_line) await machine.shell(`uci set firewall.neighbour.src_port='4242'`);
		const before = await tab.change();
		const facts: Facts = {
			plan,
			ground,
			former: idOf(before),
			started: null,
			refused: null,
			keepAsked: false,
			keepAnswered: false,
			applied: false,
			confirmed: false,
			forgets: plan.faults.some(({ kind }) => kind === 'reset'),
			loggedOut: plan.faults.some(({ kind }) => kind === 'reset' || kind === 'rpcd_killed')
		};
		this.began = Date.now();
		await Promise.all([
			this.start(tab, facts),
			...plan.faults.map((fault) => this.at(fault.at, () => this.strike(fault))),
			...plan.decisions.map((each) =>
				this.at(each.at, () => this.insist(each.tab === 0 ? tab : other, each, facts))
			),
			plan.apply && this.at(plan.apply.at, () => this.apply(third, facts))
		]);
		await Promise.all(this.ends.map((end) => end()));
		const change = await this.end(facts);
		const failing = await this.settled(facts, change, other);
		return { outcome: outcomeOf(facts, change), broken: failing, told: this.told };
	}

	private say(words: string): void {
		this.told.push(`${Date.now() - this.began} ${words}`);
	}

	/** What is planned for a moment; nothing waits for another. */
	private async at(moment: number, act: () => Promise<unknown>): Promise<void> {
		await after(moment);
		await act().catch((error: unknown) => {
			this.say(`failed: ${wordOf(error)}`);
		});
	}

	private async start(tab: Admin, facts: Facts): Promise<void> {
		try {
			const change = await tab.start({ mode: this.plan.to, seconds: this.plan.seconds });
			this.id = facts.started = idOf(change);
			this.say(`start_change: ${change.state}`);
		} catch (error) {
			if (error instanceof UbusError) facts.refused = error.problem?.problem ?? null;
			this.say(`start_change: ${wordOf(error)}`);
		}
	}

	private async strike({ kind, lasts }: Plan['faults'][number]): Promise<void> {
		this.say(kind);
		if (kind === 'browser_gone') this.gone = true;
		else if (kind === 'network_gone') this.cutUntil = Date.now() + lasts;
		else {
			const { begin, end } = STRIKES[kind];
			await begin(this.machine);
			this.say(`${kind}: done`);
			if (!end) return;
			this.ends.push(() => end(this.machine));
			await after(lasts);
			await end(this.machine);
			this.say(`${kind}: lifted`);
		}
	}

	/** Asks again until the answer is an end, or a way back. */
	private async insist(admin: Admin, { action, tab }: Decision, facts: Facts): Promise<void> {
		const limit = Date.now() + 6_000 * FACTOR;
		let last = '';
		while (!this.gone && !this.over && Date.now() < limit) {
			const said = Date.now() < this.cutUntil ? 'cut off' : await this.decide(admin, action, facts);
			if (said !== last) this.say(`tab ${tab} ${action}: ${said}`);
			last = said;
			if (/^(reverting|ended)/.test(said)) return;
			await after(INSIST);
		}
	}

	private async decide(admin: Admin, action: 'keep' | 'undo', facts: Facts): Promise<string> {
		try {
			if (this.id === null) {
				const known = await admin.change();
				const id = idOf(known);
				if (id === null || id === facts.former) return 'none';
				this.id = id;
			}
			facts.keepAsked ||= action === 'keep';
			const change = await admin.decide(action, this.id);
			const kept = change.state === 'ended' && change.outcome.code === 'kept';
			facts.keepAnswered ||= kept;
			return change.state === 'ended' ? `ended ${change.outcome.code}` : change.state;
		} catch (error) {
			if (error instanceof UbusError && error.kind === 'expired')
				await admin.loginAgain().catch(() => undefined);
			return wordOf(error);
		}
	}

	private async apply(third: Admin, facts: Facts): Promise<void> {
		const { apply } = this.plan;
		if (!apply) return;
		await third.stage('neighbour', { name: 'as-another-wants' });
		await third.apply(apply.seconds);
		facts.applied = true;
		this.say('another admin applies');
		if (apply.confirms) {
			await after(1_000);
			await third.confirm();
			facts.confirmed = true;
			this.say('another admin confirms');
		} else {
			await after(apply.seconds * 1_000);
		}
	}

	/** The change after its end, or what is said instead. */
	private async end(facts: Facts): Promise<Change | null> {
		let last: Change | null = null;
		let watcher: Admin | null = null;
		await until('the end of the change', END_LIMIT, async () => {
			watcher ??= await Admin.login(this.machine);
			await after(LOOK);
			last = await watcher.change().catch((error: unknown) => {
				watcher = null;
				throw error;
			});
			return last.state === 'none' || last.state === 'ended';
		}).catch((error: unknown) => {
			this.say(String(error));
		});
		this.over = true;
		this.say(`get_change: ${JSON.stringify(last)}`);
		return isOf(facts, last) ? last : null;
	}

	/** What is not as it must be, at last. */
	private async settled(facts: Facts, change: Change | null, other: Admin): Promise<string[]> {
		let failing: string[] = [];
		await until('all the rest', REST_LIMIT, async () => {
			const sight = await look(this.machine);
			const staged = facts.loggedOut ? null : await other.staged();
			failing = broken(facts, change, sight, staged);
			return failing.length === 0;
		}).catch((error: unknown) => {
			this.say(String(error));
		});
		return failing;
	}
}

const idOf = (change: Change): number | null => ('report' in change ? change.report.id : null);

/** Whether it is this run's, and not that of a run before. */
function isOf({ former }: Facts, change: Change | null): boolean {
	return change !== null && (change.state === 'none' || idOf(change) !== former);
}

function outcomeOf(facts: Facts, change: Change | null): string {
	if (change === null || change.state === 'none')
		return facts.started === null ? `not started: ${facts.refused ?? 'no answer'}` : 'forgotten';
	if (change.state !== 'ended') return change.state;
	const { outcome } = change;
	return outcome.code === 'reverted' ? `reverted: ${outcome.reason.code}` : outcome.code;
}
