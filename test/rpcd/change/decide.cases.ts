// SPDX-License-Identifier: Apache-2.0
/** What is told of a change in each of its phases, and who may end it how. The guard is a stand-in here: see guard.test.ts. */
import type { Case, Files } from '../case.ts';
import { config, HEALTHY, SESSION, whose } from '../router.ts';
import { change, CHANGE, PROVING, REPORT } from './record.ts';

const WAITING = [
	['starting', { state: 'starting', report: REPORT, seconds_left: 20 }],
	['loading', { state: 'loading', report: REPORT, seconds_left: 20 }]
] as const;

const GOING_BACK = [
	[
		'since somebody asked for it',
		{ reason: { code: 'asked', by: 'admin' } },
		{ reason: { code: 'asked', by: 'admin' }, waits_for: null }
	],
	[
		'and waits for the file',
		{ obstacle: { code: 'file', reason: 'Read-only file system' } },
		{ reason: { code: 'time_over' }, waits_for: { code: 'file', reason: 'Read-only file system' } }
	]
] as const;

const OUTCOMES = [
	{ code: 'kept', by: 'root', proved: true },
	{ code: 'reverted', reason: { code: 'restarted' }, loaded: true },
	{ code: 'superseded', options: { flow_offloading: '1', flow_offloading_hw: '1' } },
	{ code: 'not_written', reason: 'Read-only file system' }
] as const;

function get(name: string, files: Files, expected: object): Case {
	return { name, files: { ...HEALTHY, ...files }, method: 'get_change', expected };
}

/** One that must not touch anything: neither a decision nor the service is there afterwards. */
function decides(method: 'keep_change' | 'undo_change') {
	return (name: string, files: Files, expected: object, id: unknown = 1234): Case => ({
		name: `${method}: ${name}`,
		files: { ...HEALTHY, ...files },
		method,
		input: { id, ubus_rpc_session: SESSION },
		bus: [whose('admin')],
		expected
	});
}

/** In the place of procd, which starts a guard anew: it ends the change by who has decided, and what. */
const SERVICE = (outcome: string): Files => ({
	'/etc/init.d/nft-offload': `#!/bin/sh
[ "$1" = start ] || exit 1
cd "$ROUTER_ROOT/var/run/nft-offload" || exit 1
decision=${outcome === 'kept' ? 'keep' : 'undo'}.json
by=$(sed -n 's/.*"by": *"\\([a-z]*\\)".*/\\1/p' "$decision")
id=$(sed -n 's/.*"id": *\\([0-9]*\\).*/\\1/p' "$decision")
[ "$id" = 1234 ] || exit 1
sed "s/\\"phase\\":\\"[a-z]*\\"/\\"phase\\":\\"ended\\"/; s/\\"outcome\\":null/\\"outcome\\":{\\"code\\":\\"${outcome}\\",\\"by\\":\\"$by\\"}/" change.json >new &&
	mv new change.json
`
});

const keeps = decides('keep_change');
const undoes = decides('undo_change');
const ID = 'a whole number from 0 to 9007199254740991';

/** Arguments are looked at before anybody is asked. */
const invalid = (method: 'keep_change' | 'undo_change', id: unknown): Case => ({
	name: `${method}: the id ${id === undefined ? 'that is not given' : JSON.stringify(id)}`,
	files: HEALTHY,
	method,
	input: { id, ubus_rpc_session: SESSION },
	expected: { problem: 'invalid_argument', argument: 'id', expected: ID }
});

export const DECIDE_CASES: readonly Case[] = [
	get('none since the boot', {}, { state: 'none' }),
	get('a record that is none', { [CHANGE]: '{"id":1234' }, { state: 'none' }),
	get('a record of something else', { [CHANGE]: '{"id":1234,"phase":"ended"}' }, { state: 'none' }),
	...(
		[
			['off', '', 'off'],
			['hardware', "option flow_offloading 'on'\n\toption flow_offloading_hw '1'", 'hardware'],
			['what firewall4 refuses', "option flow_offloading 'maybe'", null],
			['what nobody can read', "option input 'x", null]
		] as const
	).map(([name, lines, mode]): Case => ({
		...get(
			`one that a broken marker has told nothing of, where the file says ${name}`,
			{ [CHANGE]: '{"id":1234,"phase":"ended","lost":true}', '/etc/config/firewall': config(lines) },
			{ state: 'lost', id: 1234, mode }
		)
	})),
	...WAITING.map(([phase, expected]) => get(phase, change({ phase, watch: null }), expected)),
	get('proving', change({}), PROVING),
	get('proving, past its end', change({ deadline: 1000 }), { ...PROVING, seconds_left: 0 }),
	...GOING_BACK.map(([name, record, expected]) =>
		get(`going back ${name}`, change({ phase: 'reverting', ...record }), {
			state: 'reverting',
			report: REPORT,
			...expected
		})
	),
	...OUTCOMES.map((outcome) =>
		get(`ended: ${outcome.code}`, change({ phase: 'ended', outcome }), {
			state: 'ended',
			report: REPORT,
			outcome
		})
	),
	...[keeps, undoes].flatMap((decided) => [
		decided('none since the boot', {}, { problem: 'no_change' }),
		decided('another one', change({}), { problem: 'no_change' }, 1235),
		decided(
			'another one that has ended',
			change({ phase: 'ended', outcome: OUTCOMES[0] }),
			{
				problem: 'no_change'
			},
			7
		),
		decided('one that goes back', change({ phase: 'reverting' }), {
			state: 'reverting',
			report: REPORT,
			reason: { code: 'time_over' },
			waits_for: null
		}),
		...OUTCOMES.map((outcome) =>
			decided(`one that is ${outcome.code}`, change({ phase: 'ended', outcome }), {
				state: 'ended',
				report: REPORT,
				outcome
			})
		)
	]),
	...WAITING.map(([phase]) =>
		keeps(`one that is ${phase}`, change({ phase, watch: null }), { problem: 'not_set_up' })
	),
	keeps(
		'one whose guard is dead: another is started',
		{ ...change({}), ...SERVICE('kept') },
		{
			state: 'ended',
			report: REPORT,
			outcome: { code: 'kept', by: 'admin' }
		}
	),
	...(['starting', 'loading', 'proving'] as const).map((phase) =>
		undoes(
			`one that is ${phase}, whose guard is dead: another is started`,
			{
				...change({ phase }),
				...SERVICE('reverted')
			},
			{
				state: 'ended',
				report: REPORT,
				outcome: { code: 'reverted', by: 'admin' }
			}
		)
	),
	...[undefined, null, -1, 1.5, '1234', [1234], 2 ** 53].flatMap((id) => [
		invalid('keep_change', id),
		invalid('undo_change', id)
	])
];
