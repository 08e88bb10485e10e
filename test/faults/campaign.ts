// SPDX-License-Identifier: Apache-2.0
/** Many runs on several machines side by side: a run mostly waits. */
import { readFileSync } from 'node:fs';
import { Machine, type Parts } from '../userland/machine.ts';
import { FILE } from './ground.ts';
import { plansOf, type Plan } from './plan.ts';
import { Run, type Story } from './run.ts';

/** procd gives a program up that was killed oftener than five times: after so many runs a machine is restarted. */
const FRESH_AFTER = 4;

export interface Campaign {
	seed: number;
	runs: number;
	/** Of the seed's runs this one alone. */
	only: number | null;
	machines: number;
}

export interface Failure {
	run: number;
	plan: Plan;
	story: Story;
}

export interface Result {
	failures: Failure[];
	/** By fault and by outcome, how often. */
	counts: Map<string, Map<string, number>>;
}

export async function campaign(parts: Parts, { seed, runs, only, machines }: Campaign): Promise<Result> {
	const result: Result = { failures: [], counts: new Map() };
	const waiting = [...plansOf(seed, runs).entries()].filter(([run]) => only === null || run === only);
	const worker = async (): Promise<void> => {
		let machine = await Machine.start(parts);
		const stock = readFileSync(machine.path(FILE), 'latin1');
		try {
			for (let done = 1, next = waiting.shift(); next; next = waiting.shift(), done++) {
				const [run, plan] = next;
				const story = await new Run(machine, plan).story(stock).catch((error: unknown): Story => ({
					outcome: 'no end',
					broken: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
					told: []
				}));
				count(result, plan, story);
				if (story.broken.length > 0) {
					result.failures.push({ run, plan, story });
					console.log(failureText(seed, { run, plan, story }));
					await machine.stop();
					machine = await Machine.start(parts);
				} else if (done % FRESH_AFTER === 0) await machine.reset();
			}
		} finally {
			await machine.stop();
		}
	};
	await Promise.all(Array.from({ length: Math.min(machines, waiting.length) }, worker));
	return result;
}

function count(result: Result, { faults, apply }: Plan, { outcome }: Story): void {
	const kinds = new Set<string>(['all', ...faults.map(({ kind }) => kind), ...(apply ? ['apply'] : [])]);
	for (const kind of kinds) {
		const of = result.counts.get(kind) ?? new Map<string, number>();
		of.set(outcome, (of.get(outcome) ?? 0) + 1);
		result.counts.set(kind, of);
	}
}

/** A line a fault: how often it struck, and what came of the change. */
export function countsText({ counts }: Result): string {
	return [...counts]
		.sort(([one], [other]) => one.localeCompare(other))
		.map(([kind, of]) => {
			const total = [...of.values()].reduce((sum, each) => sum + each, 0);
			const outcomes = [...of].sort(([, one], [, other]) => other - one);
			return `${kind.padEnd(16)} ${String(total).padStart(5)}  ${outcomes.map(([name, times]) => `${name} ${times}`).join(', ')}`;
		})
		.join('\n');
}

export function failureText(seed: number, { run, plan, story }: Failure): string {
	return [
		`run ${run} of seed ${seed}: ${story.broken.join('; ')}`,
		`  FAULTS_SEED=${seed} FAULTS_ONLY=${run} repeats it`,
		`  ${JSON.stringify(plan)}`,
		...story.told.map((line) => `  ${line}`)
	].join('\n');
}
