// SPDX-License-Identifier: Apache-2.0
/** What stands in the way of a change, what it may be told, and what the guard is given. */
import { expect } from 'vitest';
import type { Case, Exchange, Files } from '../case.ts';
import { config, DF, HEALTHY, SESSION, whose } from '../router.ts';
import { ENGINES as NETIFD, NETIFD as DEVICES } from '../state/status.ts';
import { CONDUIT, HARDWARE, OFF, PENDING, REVERT, SOFTWARE } from './check.cases.ts';
import { change, CHANGE, processOf } from './record.ts';

const FORMER = { id: 1000, mode: 'software', previous: 'off', options: SOFTWARE, previous_options: OFF };
const ORDER = '/var/run/nft-offload/order.json';
const SERVICE = '/etc/init.d/nft-offload';
const LINK = '/etc/rc.d/S15nft-offload';

/** Stands for procd and the guard: takes the order up, and writes down that it began. */
const GUARD = `#!/bin/sh
cd "$ROUTER_ROOT/var/run/nft-offload" && [ -e order.json ] || exit 0
sed 's/^{/{"phase":"starting","deadline":1206,"was":{},/' order.json >change.json && rm order.json
`;
const GUARDED: Files = { [SERVICE]: GUARD, [LINK]: GUARD };

const NOT_GUARDED = { problem: 'not_guarded', reason: `${SERVICE} is not enabled` };

function start(name: string, files: Files, input: object, bus: readonly Exchange[], expected: object): Case {
	return {
		name,
		files: { ...HEALTHY, ...GUARDED, ...files },
		method: 'start_change',
		input: { mode: 'software', ubus_rpc_session: SESSION, ...input },
		bus: [whose('root'), ...bus],
		expected
	};
}

/** The answer to one that began. Its number is a clock's. */
function began(report: object = {}): object {
	const id: unknown = expect.any(Number);
	return {
		state: 'starting',
		report: {
			id,
			mode: 'software',
			previous: 'off',
			options: SOFTWARE,
			previous_options: OFF,
			way_back: null,
			by: 'root',
			trial: false,
			seconds: 120,
			...report
		},
		seconds_left: 120
	};
}

function obstacle(name: string, files: Files, problem: object, bus: readonly Exchange[] = []): Case {
	return start(name, files, {}, bus, problem);
}

/** Arguments are looked at before anybody is asked. */
function invalid(argument: string, expected: string, ...values: readonly unknown[]): Case[] {
	return values.map((value) => ({
		...start(
			`the ${argument} ${value === undefined ? 'that is not given' : JSON.stringify(value)}`,
			{},
			{ [argument]: value },
			[],
			{
				problem: 'invalid_argument',
				argument,
				expected
			}
		),
		bus: []
	}));
}

const order = (more: object = {}): Files => ({
	[ORDER]: JSON.stringify({
		...FORMER,
		by: 'root',
		seconds: 120,
		trial: false,
		pid: '42',
		born: '4711',
		...more
	})
});

export const START_CASES: readonly Case[] = [
	start('software, in the name of the user', {}, {}, [], began()),
	start(
		'hardware, for a day, to live with it',
		CONDUIT,
		{ mode: 'hardware', seconds: 86400, trial: true },
		[NETIFD(true)],
		began({ mode: 'hardware', options: HARDWARE, seconds: 86400, trial: true })
	),
	start(
		'from a value that firewall4 refuses: back it would go to Off',
		{ '/etc/config/firewall': config("option flow_offloading 'maybe'") },
		{},
		[],
		began({
			previous_options: { flow_offloading: 'maybe', flow_offloading_hw: null },
			way_back: { flow_offloading: '0', flow_offloading_hw: null }
		})
	),
	start('for as short as can be', {}, { seconds: 5 }, [], began({ seconds: 5 })),
	{
		...start('on the router itself, where nobody has a name', {}, {}, [], began({ by: null })),
		input: { mode: 'software' },
		bus: []
	},
	{
		...start('a session that rpcd does not know', {}, {}, [], began({ by: '?' })),
		bus: [whose(null, 6)]
	},
	{
		...start('a name that is none', {}, {}, [], began({ by: '?' })),
		bus: [whose(['root'])]
	},
	{
		...start(
			'a name with anything in it, and long',
			{},
			{},
			[],
			began({ by: String.raw`a b\x1b[31m\xc3\xa9`.padEnd(64, '.') })
		),
		bus: [whose(`a\nb\u001b[31m\u00e9${'.'.repeat(100)}`)]
	},
	start(
		'after one that has ended',
		change({ phase: 'ended', outcome: { code: 'superseded' } }),
		{},
		[],
		began()
	),
	start(
		'after one that nobody can read any more',
		{ [CHANGE]: '{"id":9,"phase":"ended","lost":true}' },
		{},
		[],
		began()
	),
	start('where the record is none', { [CHANGE]: '[]' }, {}, [], began()),
	start('where an order was left by somebody who was killed', order(), {}, [], began()),
	start(
		'where the process of that one is another by now',
		{ ...order(), '/proc/42/stat': processOf(4712) },
		{},
		[],
		began()
	),
	start('where an order was cut off', { [ORDER]: '{"id":' }, {}, [], began()),
	start('where an apply was left behind when rpcd was reloaded', PENDING, {}, [REVERT(2)], began()),
	...(['starting', 'loading', 'proving', 'reverting'] as const).map((phase) =>
		obstacle(`a change is ${phase}`, change({ phase, by: 'admin' }), {
			problem: 'change_running',
			by: 'admin'
		})
	),
	obstacle('a change of somebody on the router itself', change({ phase: 'proving', by: null }), {
		problem: 'change_running',
		by: null
	}),
	obstacle(
		'somebody is just starting one',
		{ ...order(), '/proc/42/stat': processOf(4711) },
		{ problem: 'change_running', by: 'root' }
	),
	obstacle(
		'an installation runs',
		{ '/var/run/nft-offload/lock': '', '/usr/bin/flock': '#!/bin/sh\nexit 1\n' },
		{ problem: 'job_running' }
	),
	start(
		'where the guard of the last change has not gone yet',
		{ '/var/run/nft-offload/lock': 'change\n', '/usr/bin/flock': '#!/bin/sh\nexit 1\n' },
		{},
		[],
		began()
	),
	obstacle(
		'a guard has taken an order up and written nothing down yet',
		{ '/var/run/nft-offload/order.taken': String(order({ by: 'admin' })[ORDER]), [SERVICE]: '#!/bin/sh\n' },
		{ problem: 'change_running', by: 'admin' }
	),
	obstacle(
		'the service is stopped before a guard has taken the order up',
		{ [SERVICE]: '#!/bin/sh\nrm -f "$ROUTER_ROOT/var/run/nft-offload/order.json"\n' },
		{ problem: 'change_not_started', reason: 'the service was stopped' }
	),
	start(
		'where an installation has run',
		{ '/var/run/nft-offload/lock': '', '/usr/bin/flock': '#!/bin/sh\n' },
		{},
		[],
		began()
	),
	obstacle('an apply waits', PENDING, { problem: 'apply_pending' }, [REVERT(6)]),
	obstacle(
		'the flash is full',
		{ '/bin/df': DF(12) },
		{ problem: 'flash_full', free_kib: 12, needed_kib: 33 }
	),
	obstacle('the service is gone', { [SERVICE]: null }, NOT_GUARDED),
	obstacle('the service cannot be run', { [SERVICE]: 'not a program' }, NOT_GUARDED),
	obstacle('nothing settles a restart', { [LINK]: null }, NOT_GUARDED),
	obstacle(
		'only a stop does',
		{ [LINK]: null, '/etc/rc.d/K85nft-offload': GUARD, '/etc/rc.d/S15nft-offload2': GUARD },
		NOT_GUARDED
	),
	start(
		'another number in the order of the boot is as good',
		{ [LINK]: null, '/etc/rc.d/S18nft-offload': GUARD },
		{},
		[],
		began()
	),
	start('the file is another one than the one that was reviewed', {}, { revision: '1-2-3' }, [], {
		problem: 'config_changed'
	}),
	obstacle('what a check refuses', { '/sbin/fw4': null }, { problem: 'no_firewall4' }),
	start(
		'a driver without an engine',
		CONDUIT,
		{ mode: 'hardware' },
		[
			DEVICES({
				'br-lan': { devtype: 'bridge' },
				eth0: { 'hw-tc-offload': false },
				wan: { 'hw-tc-offload': false }
			})
		],
		{ problem: 'no_engine', devices: ['lan1', 'lan2', 'wan'] }
	),
	...invalid('mode', 'off, software, hardware', undefined, null, 'turbo', 1, ['off']),
	...invalid(
		'seconds',
		'a whole number from 5 to 86400',
		...[null, -1, 0, 4, 86401, 7.5, '120', true, [120], 1e300]
	),
	...invalid('trial', 'true or false', null, 0, 1, 'yes', []),
	...invalid(
		'revision',
		'the revision of a check',
		...[null, 7, '', 'x', '1-2-3\n', '1-2-3\u0000', '1'.repeat(65), ['1-2-3']]
	),
	{
		...start('an argument that there is none of', {}, { force: true }, [], {
			problem: 'unknown_argument',
			argument: 'force'
		}),
		bus: []
	}
];
