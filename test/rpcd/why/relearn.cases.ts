// SPDX-License-Identifier: Apache-2.0
/** relearn_flows: which connections are meant, which are reached, and whether there is another flowtable. */
import type { Case, Files } from '../case.ts';
import { HEALTHY } from '../router.ts';
import { asks, HARDWARE, IN_HARDWARE, lines, RUNNING, SOFTWARE } from '../state/status.ts';

const LOADED = { action: 'reload', status: 0, reason: '' };
const LISTING = '/run/virtual-kernel/flowtables';

/** A firewall4 whose reload makes what nft lists this. */
const reloads = (listing: string): string =>
	`#!/bin/sh\n[ "$1" = reload ] || exit 99\ncat >"$ROUTER_ROOT${LISTING}" <<'END'\n${listing}END\n`;

const again = (listing: string): string => listing.replace('handle 651', 'handle 652');

function relearns(name: string, input: object, files: Files, expected: object): Case {
	return {
		name,
		files: {
			...HEALTHY,
			...asks(SOFTWARE, RUNNING),
			'/proc/net/nf_conntrack':
				lines('OFFLOAD', 3) + lines('ASSURED', 2) + lines('HW_OFFLOAD', 2, 2000, 'ipv6'),
			'/sbin/fw4': reloads(again(RUNNING)),
			...files
		},
		method: 'relearn_flows',
		input,
		expected
	};
}

const RELEARNED = {
	concerned: 5,
	reached: 5,
	relearning: true,
	mode_before: 'software',
	mode: 'software',
	load: LOADED
};

export const RELEARN_CASES: readonly Case[] = [
	relearns('all', {}, {}, RELEARNED),
	relearns(
		"one client's, of which each has a line without a mark beside it",
		{ client: '192.0.2.11' },
		{},
		{ ...RELEARNED, concerned: 1 }
	),
	relearns('those of a server', { client: '198.51.100.1' }, {}, { ...RELEARNED, concerned: 3 }),
	relearns(
		'one whose address begins as another does',
		{ client: '192.0.2.1' },
		{},
		{ ...RELEARNED, concerned: 0 }
	),
	relearns('IPv6, as people write it', { client: 'fd00::11' }, {}, { ...RELEARNED, concerned: 1 }),
	relearns(
		'nobody lists connections',
		{},
		{ '/proc/net/nf_conntrack': null },
		{ ...RELEARNED, concerned: null, reached: null }
	),
	relearns(
		'nft refuses the rules: the flowtable of before is there still',
		{},
		{ '/sbin/fw4': '#!/bin/sh\necho "/dev/stdin:3:1-2: Error: syntax error"\n' },
		{ ...RELEARNED, relearning: false, load: { ...LOADED, reason: '/dev/stdin:3:1-2: Error: syntax error' } }
	),
	relearns(
		'a driver that binds no second flowtable: firewall4 falls back',
		{},
		{ ...asks(HARDWARE, IN_HARDWARE), '/sbin/fw4': reloads(again(RUNNING)) },
		{ ...RELEARNED, mode_before: 'hardware' }
	),
	relearns(
		'offloading is off',
		{},
		{
			...asks([], 'table inet fw4 {\n}\n'),
			'/proc/net/nf_conntrack': '',
			'/sbin/fw4': reloads('table inet fw4 {\n}\n')
		},
		{ ...RELEARNED, concerned: 0, reached: 0, relearning: false, mode_before: 'off', mode: 'off' }
	),
	relearns('no firewall is loaded', {}, { [LISTING]: '' }, { problem: 'firewall_stopped' }),
	relearns('fw3', {}, { '/sbin/fw4': null, '/sbin/fw3': '#!/bin/sh\n' }, { problem: 'no_firewall4' }),
	relearns(
		'while a change of the mode runs, which reloads by itself',
		{},
		{ '/var/run/nft-offload/change.json': '{"id":1,"phase":"proving","by":"root"}' },
		{ problem: 'change_running', by: 'root' }
	),
	relearns(
		'a client that is no address',
		{ client: '192.0.2.1 -F' },
		{},
		{ problem: 'invalid_argument', argument: 'client', expected: 'an IP address' }
	)
];
