// SPDX-License-Identifier: Apache-2.0
/** get_comparison, start_comparison and stop_comparison: what is told, what stands in the way, and what may be asked. */
import type { Case, Files } from '../case.ts';
import { change, processOf } from '../change/record.ts';
import { HEALTHY, SESSION, whose } from '../router.ts';
import { COMPARISON } from '../samples.ts';

const RECORD = '/var/run/nft-offload/comparison.json';
const record = (more: object): Files => ({
	[RECORD]: JSON.stringify({
		...COMPARISON,
		pid: '42',
		born: '4711',
		step: 'waiting',
		step_ends: 1100,
		passing: null,
		answer: null,
		...more
	})
});
const LIVES: Files = { '/proc/42/stat': processOf(4711) };
const STOPPED = { code: 'stopped', by: null };

function look(name: string, files: Files, expected: object): Case {
	return { name, files: { ...HEALTHY, ...files }, method: 'get_comparison', expected };
}

function start(
	name: string,
	files: Files,
	input: object,
	expected: object,
	bus: Case['bus'] = [whose('root')]
): Case {
	return {
		name,
		files: { ...HEALTHY, ...files },
		method: 'start_comparison',
		input: { mode: 'software', ubus_rpc_session: SESSION, ...input },
		bus,
		expected
	};
}

const invalid = (argument: string, expected: string) => ({ problem: 'invalid_argument', argument, expected });

export const GAIN_CASES: readonly Case[] = [
	look('none since the boot', {}, { state: 'none' }),
	look('a record that is none', { [RECORD]: '[]' }, { state: 'none' }),
	look(
		'one that runs',
		{ ...record({}), ...LIVES },
		{ state: 'running', report: COMPARISON, step: 'waiting', seconds_left: 14, passing: null }
	),
	look('one that was killed', record({}), {
		state: 'ended',
		report: COMPARISON,
		answer: { code: 'interrupted' }
	}),
	look(
		'one whose process is another by now',
		{ ...record({}), '/proc/42/stat': processOf(4712) },
		{ state: 'ended', report: COMPARISON, answer: { code: 'interrupted' } }
	),
	look('one that has ended', record({ answer: STOPPED }), {
		state: 'ended',
		report: COMPARISON,
		answer: STOPPED
	}),
	start('beside another', { ...record({}), ...LIVES }, {}, { problem: 'comparison_running', by: 'admin' }),
	start(
		'beside a change',
		change({ phase: 'proving', by: 'admin' }),
		{},
		{ problem: 'change_running', by: 'admin' }
	),
	start(
		'beside an installation',
		{ '/var/run/nft-offload/lock': '', '/usr/bin/flock': '#!/bin/sh\nexit 1\n' },
		{},
		{ problem: 'job_running' }
	),
	...[undefined, null, 'turbo', 1].map((mode) =>
		start(`the mode ${JSON.stringify(mode)}`, {}, { mode }, invalid('mode', 'off, software, hardware'), [])
	),
	...[null, 1, 'yes'].map((keep_better) =>
		start(
			`keeping ${JSON.stringify(keep_better)}`,
			{},
			{ keep_better },
			invalid('keep_better', 'true or false'),
			[]
		)
	),
	{
		name: 'stopping another one',
		files: { ...HEALTHY, ...record({}) },
		method: 'stop_comparison',
		input: { id: 7 },
		expected: { problem: 'no_comparison' }
	},
	{
		name: 'stopping one that has ended',
		files: { ...HEALTHY, ...record({ answer: STOPPED }) },
		method: 'stop_comparison',
		input: { id: 1000 },
		expected: { state: 'ended', report: COMPARISON, answer: STOPPED }
	}
];
