// SPDX-License-Identifier: Apache-2.0
/** What a run does, drawn at random: a change, the faults that meet it, and what others do meanwhile. Moments are milliseconds. */
import fc from 'fast-check';
import type { Mode } from '../../rpcd/api/index.ts';

export const FAULTS = [
	'browser_gone',
	'network_gone',
	'rpcd_killed',
	'rpcd_reloaded',
	'plugin_killed',
	'guard_killed',
	'uhttpd_killed',
	'reload_killed',
	'interface_up',
	'flash_read_only',
	'flash_full',
	'reset'
] as const;
export type FaultKind = (typeof FAULTS)[number];

export interface Fault {
	kind: FaultKind;
	/** After start_change was asked. */
	at: number;
	/** Until it is lifted, where it is one that lasts. */
	lasts: number;
}

/** One of two tabs asks to keep the change, or to take it back; again and again until it is heard. */
export interface Decision {
	action: 'keep' | 'undo';
	tab: 0 | 1;
	at: number;
}

/** Another admin sets something else of the firewall, and applies it with LuCI's rollback. */
export interface Apply {
	at: number;
	/** Seconds for the confirmation. */
	seconds: number;
	confirms: boolean;
}

export interface Plan {
	from: Mode;
	to: Mode;
	/** Until the router goes back by itself. */
	seconds: number;
	faults: Fault[];
	decisions: Decision[];
	/** Another admin, and somebody at the command line, stage something and leave it. */
	stages: { session: boolean; command_line: boolean };
	apply: Apply | null;
}

const MODES: readonly Mode[] = ['off', 'software', 'hardware'];
/** The deadline, and the way back after it. */
const SECONDS = 5;
const LAST_MOMENT = 9_000;

/** Any moment as likely as any other, and not rather the first ones. */
const moment = fc.noBias(fc.integer({ min: 0, max: LAST_MOMENT }));

/** In which start_change is answered, the guard comes up and the file is written: oftener than by chance. */
const beginning = fc.noBias(fc.integer({ min: 0, max: 700 }));

const fault: fc.Arbitrary<Fault> = fc.record({
	kind: fc.constantFrom(...FAULTS),
	at: fc.oneof({ weight: 2, arbitrary: moment }, { weight: 1, arbitrary: beginning }),
	lasts: fc.integer({ min: 100, max: 4_000 })
});

const decision: fc.Arbitrary<Decision> = fc.record({
	action: fc.constantFrom('keep' as const, 'keep' as const, 'undo' as const),
	tab: fc.constantFrom(0 as const, 1 as const),
	at: fc.noBias(fc.integer({ min: 500, max: SECONDS * 1_000 }))
});

const apply: fc.Arbitrary<Apply> = fc.record({
	at: moment,
	seconds: fc.integer({ min: 2, max: 4 }),
	confirms: fc.boolean()
});

/** On a flash that takes nothing libuci's commit leaves an empty file (uci, file.c): that fault is not ours to find. */
const hurtsCommits = (plan: Plan): boolean =>
	plan.apply !== null && plan.faults.some(({ kind }) => kind.startsWith('flash_'));

export const plans: fc.Arbitrary<Plan> = fc
	.record({
		modes: fc.shuffledSubarray([...MODES], { minLength: 2, maxLength: 2 }),
		faults: fc.array(fault, { minLength: 1, maxLength: 2 }),
		decisions: fc.array(decision, { maxLength: 2 }),
		stages: fc.record({ session: fc.boolean(), command_line: fc.boolean() }),
		apply: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: apply })
	})
	.map(({ modes, ...rest }) => ({
		from: modes[0] ?? 'off',
		to: modes[1] ?? 'software',
		seconds: SECONDS,
		...rest
	}))
	.filter((plan) => !hurtsCommits(plan));

/** The plans of a seed: always the same ones. */
export function plansOf(seed: number, runs: number): Plan[] {
	return fc.sample(plans, { seed, numRuns: runs });
}
