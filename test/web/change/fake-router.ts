// SPDX-License-Identifier: Apache-2.0
/** A router reduced to its change of the mode, as the contract tells of it: time alone moves it on. */
import type {
	Change,
	ChangeAuthor,
	ChangeCheck,
	Diagnosis,
	Finding,
	ChangeOutcome,
	ChangeReport,
	Mode,
	OffloadOptions,
	Problem,
	Proof,
	RevertObstacle,
	RevertReason,
	StartChangeArguments,
	Verdict
} from '../../../rpcd/api/index.ts';
import type { Router } from '../../../web/src/change/state.ts';
import type { Clock } from '../../../web/src/lib/clock.ts';
import { UbusError, type UbusFault } from '../../../web/src/lib/ubus/index.ts';

/** Milliseconds from the start until the file is written, and until the firewall is loaded; and back again. */
export const WRITTEN = 500;
export const LOADED = 3_000;
export const RESTORED = 2_000;
/** Looks at which packets have to be seen, one each two seconds. */
export const NEEDED = 3;

/** Time that passes only when somebody sleeps. */
export class FakeClock implements Clock {
	#now = 0;

	now = (): number => this.#now;

	sleep = (milliseconds: number): Promise<void> => {
		this.#now += milliseconds;
		return Promise.resolve();
	};
}

const FILE = [
	'',
	'config defaults',
	"\toption input 'REJECT'",
	'',
	'config zone',
	"\toption name 'lan'",
	''
].join('\n');
const END_OF_DEFAULTS = FILE.indexOf("'REJECT'\n") + "'REJECT'\n".length;

export const optionsOf = (mode: Mode): OffloadOptions => ({
	flow_offloading: mode === 'off' ? null : '1',
	flow_offloading_hw: mode === 'hardware' ? '1' : null
});

function modeOf({ mode }: Record<string, unknown>): Mode {
	if (mode === 'off' || mode === 'software' || mode === 'hardware') return mode;
	throw new Error(`no mode: ${String(mode)}`);
}

const linesOf = (mode: Mode): string =>
	Object.entries(optionsOf(mode))
		.filter(([, value]) => value !== null)
		.map(([option, value]) => `\toption ${option} '${String(value)}'\n`)
		.join('');

const configText = (text: string) => ({ base64: btoa(text), size: text.length });

interface Running {
	report: ChangeReport;
	started: number;
	reverting: { reason: RevertReason; since: number } | null;
	outcome: ChangeOutcome | null;
}

export class FakeRouter {
	readonly clock: Clock;
	/** What was called, in order: "root keep_change". */
	readonly calls: string[] = [];
	/** What a mode would bring. */
	findings: Finding[] = [];
	committed: Mode = 'off';
	revision = 'r1';
	/** The router cannot be reached while this holds. */
	isCutOff: () => boolean = () => false;
	/** Faults by method; each is thrown once, after the router did what was asked or instead of it. */
	readonly faults = new Map<string, { fault: UbusFault; done: boolean }>();
	/** What a check answers besides what it finds. */
	check: Partial<ChangeCheck> = {};
	/** What was seen so many milliseconds after the mode was set up. */
	proof: (age: number) => Proof = steadyProof;
	/** Why the mode does not come into effect; null where it does. */
	verdict: Verdict | null = null;
	obstacle: RevertObstacle = null;
	/** What is decided is carried out when this holds no more: the router is loading its firewall. */
	busy = false;
	#change: Running | null = null;
	#decided: (() => void) | null = null;
	#lastId = 4;
	#lost: number | null = null;

	constructor(clock: Clock) {
		this.clock = clock;
	}

	/** The router as a tab of this user sees it; `viewer` may only read. */
	as(user: string): Router {
		return {
			call: ((_object: string, method: string, args: Record<string, unknown>) => {
				const call = `luci.nft-offload.${method}`;
				this.calls.push(`${user} ${method}`);
				if (this.isCutOff()) return fail(call, { kind: 'network', reason: 'unreachable' });
				if (user === 'viewer' && method !== 'get_change') return fail(call, { kind: 'denied' });
				const planned = this.faults.get(method);
				this.faults.delete(method);
				if (planned && !planned.done) return fail(call, planned.fault);
				const answer = this.#answer(user, method, args);
				if (planned) return fail(call, planned.fault);
				return 'problem' in answer
					? fail(call, { kind: 'problem', problem: answer })
					: Promise.resolve(structuredClone(answer));
			}) as Router['call']
		};
	}

	/** What get_status tells of it. */
	get id(): number | null {
		return this.#change?.report.id ?? this.#lost;
	}

	get change(): Change {
		this.#move();
		const change = this.#change;
		if (change === null)
			return this.#lost === null
				? { state: 'none' }
				: { state: 'lost', id: this.#lost, mode: this.committed };
		const { report, reverting, outcome } = change;
		if (outcome !== null) return { state: 'ended', report, outcome };
		if (reverting !== null)
			return { state: 'reverting', report, reason: reverting.reason, waits_for: this.obstacle };
		const elapsed = this.clock.now() - change.started;
		const seconds_left = Math.max(0, Math.ceil(report.seconds - elapsed / 1000));
		if (elapsed < WRITTEN) return { state: 'starting', report, seconds_left };
		if (elapsed < LOADED) return { state: 'loading', report, seconds_left };
		return { state: 'proving', report, seconds_left, proof: this.proof(elapsed - LOADED) };
	}

	start(by: ChangeAuthor, { mode, seconds = 120, trial = false }: StartChangeArguments): Change {
		const report: ChangeReport = {
			id: ++this.#lastId,
			mode,
			previous: this.committed,
			options: optionsOf(mode),
			previous_options: optionsOf(this.committed),
			way_back: null,
			by,
			trial,
			seconds
		};
		this.#change = { report, started: this.clock.now(), reverting: null, outcome: null };
		this.committed = mode;
		return this.change;
	}

	/** Begins to go back. */
	revert(reason: RevertReason, since = this.clock.now()): void {
		if (this.#change) this.#change.reverting ??= { reason, since };
	}

	end(outcome: ChangeOutcome): void {
		if (!this.#change) return;
		this.#change.outcome = outcome;
		if (outcome.code !== 'kept') this.committed = this.#change.report.previous;
	}

	/** The router restarts, and its boot script has gone back, or knows of nothing. */
	restart(remembers = true): void {
		if (remembers) this.end({ code: 'reverted', reason: { code: 'restarted' }, loaded: true });
		else this.#change = null;
	}

	/** The router restarts, and cannot read what it had written down. */
	lose(): void {
		this.#change = null;
		this.#lost = ++this.#lastId;
	}

	#decide(decision: Extract<ChangeOutcome, { code: 'kept' }> | RevertReason): Change {
		this.#decided = () => {
			if (decision.code === 'kept') this.end(decision);
			else this.revert(decision);
		};
		return this.change;
	}

	/** What time has brought since. */
	#move(): void {
		if (!this.busy) {
			const decided = this.#decided;
			this.#decided = null;
			decided?.();
		}
		const change = this.#change;
		if (change === null || change.outcome !== null) return;
		const now = this.clock.now();
		const deadline = change.started + change.report.seconds * 1000;
		if (this.verdict !== null && now >= change.started + LOADED)
			this.revert({ code: 'not_in_effect', verdict: this.verdict }, change.started + LOADED);
		if (now >= deadline) this.revert({ code: 'time_over' }, deadline);
		const { reverting } = change;
		if (reverting !== null && this.obstacle === null && now >= reverting.since + RESTORED)
			this.end({ code: 'reverted', reason: reverting.reason, loaded: true });
	}

	#answer(
		user: string,
		method: string,
		args: Record<string, unknown>
	): Change | ChangeCheck | Diagnosis | Problem {
		const change = this.change;
		const running = 'report' in change && change.state !== 'ended' ? change : null;
		switch (method) {
			case 'get_change':
				return change;
			case 'check_change':
				return running ? { problem: 'change_running', by: running.report.by } : this.#check(modeOf(args));
			case 'get_diagnosis':
				return { chains: [], findings: this.findings, policy: false, unanswered: [], took_us: 1 };
			case 'start_change':
				if (running) return { problem: 'change_running', by: running.report.by };
				if (args['revision'] !== this.revision) return { problem: 'config_changed' };
				return this.start(user, {
					mode: modeOf(args),
					seconds: Number(args['seconds']),
					trial: args['trial'] === true
				});
			case 'keep_change':
				if (running === null || running.report.id !== args['id']) return { problem: 'no_change' };
				if (running.state !== 'proving') return { problem: 'not_set_up' };
				return this.#decide({ code: 'kept', by: user, proved: running.proof.lacks === null });
			case 'undo_change':
				if (running === null || running.report.id !== args['id']) return { problem: 'no_change' };
				return this.#decide({ code: 'asked', by: user });
			default:
				throw new Error(`a change calls no ${method}`);
		}
	}

	#check(mode: Mode): ChangeCheck {
		const old = linesOf(this.committed);
		const text = linesOf(mode);
		const file = FILE.slice(0, END_OF_DEFAULTS) + old + FILE.slice(END_OF_DEFAULTS);
		return {
			mode,
			previous: this.committed,
			options: optionsOf(mode),
			previous_options: optionsOf(this.committed),
			way_back: null,
			config: configText(file),
			edit: {
				kind: 'in_place',
				splices: old === text ? [] : [{ at: END_OF_DEFAULTS, length: old.length, text }]
			},
			revision: this.revision,
			devices: ['br-lan', 'wan'],
			unknown_engines: [],
			starts_firewall: false,
			persistent: true,
			...this.check
		};
	}
}

/** Connections from the first second on, whose packets move at each look. */
export function steadyProof(age: number): Proof {
	const looks = Math.min(NEEDED, Math.floor(age / 2000));
	const connections = age < 1000 ? 0 : 12;
	const lacks = connections === 0 ? 'connections' : looks < NEEDED ? 'movement' : null;
	return { lacks, looks, needed: NEEDED, connections, others: 3 };
}

/** Nothing on the path, ever. */
export const noProof = (): Proof => ({
	lacks: 'connections',
	looks: 0,
	needed: NEEDED,
	connections: 0,
	others: 7
});

/** The kernel counts nothing. */
export const blindProof = (): Proof => ({
	lacks: 'counters',
	looks: 0,
	needed: NEEDED,
	connections: 9,
	others: 0
});

function fail(call: string, fault: UbusFault): Promise<never> {
	return Promise.reject(new UbusError(fault, call));
}
