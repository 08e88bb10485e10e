// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import type { Case, Files } from '../case.ts';
import { HEALTHY } from '../router.ts';

const recording = (name: string): Buffer =>
	readFileSync(new URL(`../../fixtures/conntrack/${name}`, import.meta.url));

const NONE = { flows: 0, bytes: 0, packets: 0 };

function flows(name: string, table: string | Buffer, input: object, expected: object): Case {
	return {
		name,
		files: { ...HEALTHY, '/proc/net/nf_conntrack': table },
		method: 'get_flows',
		input,
		expected: {
			totals: { cpu: NONE, software: NONE, hardware: NONE },
			matched: NONE,
			flows: [],
			skipped: 0,
			source: 'procfs',
			...expected
		}
	};
}

const WITHOUT: Files = { ...HEALTHY, '/proc/net/nf_conntrack': null };

const total = (flows: number, packets: number, bytes: number): object => ({ flows, bytes, packets });

const end = (
	source: string,
	source_port: number | null,
	destination: string,
	destination_port: number | null,
	packets: number | null,
	bytes: number | null
): object => ({
	source,
	destination,
	source_port,
	destination_port,
	packets,
	bytes
});

const MIXED = {
	cpu: total(10, 11619, 210344200),
	software: total(6, 4194, 93082937),
	hardware: NONE
};

const HARDWARE_FLOWS = [
	{
		family: 'ipv4',
		protocol: 'udp',
		path: 'hardware',
		state: null,
		timeout: 30,
		replied: true,
		original: end('10.21.0.41', 50346, '113.171.68.17', 443, 269, 61884),
		reply: end('113.171.68.17', 443, '192.168.1.236', 50346, 2572, 3164892)
	},
	{
		family: 'ipv4',
		protocol: 'tcp',
		path: 'hardware',
		state: null,
		timeout: null,
		replied: true,
		original: end('192.168.100.101', 35058, '104.20.23.154', 443, 3, 123),
		reply: end('104.20.23.154', 443, '100.64.12.34', 35058, 4, 567)
	},
	{
		family: 'ipv4',
		protocol: 'tcp',
		path: 'hardware',
		state: null,
		timeout: null,
		replied: true,
		original: end('1.1.1.17', 56408, '1.1.1.16', 5001, null, null),
		reply: end('1.1.1.16', 5001, '1.1.1.17', 56408, null, null)
	}
];

const UNREPLIED_OFFLOADED = {
	family: 'ipv4',
	protocol: 'udp',
	path: 'software',
	state: null,
	timeout: null,
	replied: false,
	original: end('192.168.1.100', 30011, '203.0.113.2', 9999, 4, 368),
	reply: end('203.0.113.2', 9999, '203.0.113.1', 30011, 0, 0)
};

const LINK_LOCAL = {
	family: 'ipv6',
	protocol: 'udp',
	path: 'cpu',
	state: null,
	timeout: 776,
	replied: false,
	original: end('fe80::5054:ff:fe12:3457', 546, 'ff02::1:2', 547, 14, 2128),
	reply: end('ff02::1:2', 547, 'fe80::5054:ff:fe12:3457', 546, 0, 0)
};

const PING = {
	family: 'ipv6',
	protocol: 'icmpv6',
	path: 'cpu',
	state: null,
	timeout: 25,
	replied: true,
	original: end('2001:db8:1:0:18e2:acff:fecb:1af4', null, '2001:db8:1::1', null, 1, 104),
	reply: end('2001:db8:1::1', null, '2001:db8:1:0:18e2:acff:fecb:1af4', null, 1, 104)
};

/** The line of a PPTP tunnel, and how an offloaded one looks. */
const GRE =
	'ipv4     2 gre      47 179 timeout=30, stream_timeout=180 src=192.0.2.20 dst=198.51.100.9 srckey=0x0 dstkey=0x1b80 packets=10 bytes=1000 src=198.51.100.9 dst=203.0.113.2 srckey=0x1b80 dstkey=0x0 packets=9 bytes=900 [ASSURED] mark=0 zone=0 use=2\n' +
	'ipv4     2 gre      47 timeout=30, stream_timeout=180 src=192.0.2.20 dst=198.51.100.9 srckey=0x0 dstkey=0x1b80 packets=0 bytes=0 src=198.51.100.9 dst=203.0.113.2 srckey=0x1b80 dstkey=0x0 packets=0 bytes=0 [OFFLOAD] mark=0 zone=0 use=3\n';

const gre = (path: string, timeout: number | null, sent: number, received: number): object => ({
	family: 'ipv4',
	protocol: 'gre',
	path,
	state: null,
	timeout,
	replied: true,
	original: end('192.0.2.20', null, '198.51.100.9', null, sent, sent * 100),
	reply: end('198.51.100.9', null, '203.0.113.2', null, received, received * 100)
});

/** The list of so many routes, and behind them the router's own address. */
function routes(count: number): string {
	const leaf = (address: string, kind: string): string => `     |-- ${address}\n        ${kind}\n`;
	return [
		'Main:\n  +-- 0.0.0.0/0 3 0 5\n',
		...Array.from({ length: count }, (_, i) =>
			leaf(`10.${String(i >> 8)}.${String(i & 255)}.0`, '/24 universe UNICAST')
		),
		leaf('192.168.1.1', '/32 link UNICAST\n        /32 host LOCAL'),
		leaf('192.168.1.255', '/32 link BROADCAST')
	].join('');
}

const BY_THE_ROUTER_AND_THROUGH_IT = ['192.168.1.1', '192.168.1.2']
	.map(
		(source) =>
			`ipv4     2 udp      17 30 src=${source} dst=192.0.2.1 sport=1 dport=2 packets=1 bytes=9 src=192.0.2.1 dst=${source} sport=2 dport=1 packets=1 bytes=9 mark=0 use=2\n`
	)
	.join('');

/** TCP through the router: established, on its way out in several states, and offloaded. */
function closing(accounting: boolean): string {
	const counters = accounting ? 'packets=1 bytes=9 ' : '';
	return [' ESTABLISHED', ' TIME_WAIT', ' CLOSE', ' LAST_ACK', ' SYN_RECV', '']
		.map(
			(state, port) =>
				`ipv4     2 tcp      6 ${state === '' ? '' : `30${state} `}src=192.168.1.2 dst=192.0.2.1 sport=${port + 1} dport=2 ${counters}src=192.0.2.1 dst=192.168.1.2 sport=2 dport=${port + 1} ${counters}${state === '' ? '[OFFLOAD] ' : '[ASSURED] '}mark=0 use=2\n`
		)
		.join('');
}

const GARBAGE = Buffer.concat([
	Buffer.from('ipv4     2 tcp      6 src=192.168.1.1 dst=10.0\n'),
	Buffer.from([0, 1, 2, 255, 254, 10]),
	Buffer.from(`${'A'.repeat(1 << 20)}\n`),
	Buffer.from('packets=1 bytes=2 use=1\n'),
	Buffer.from(
		'ipv4     2 gre      47 599 src=10.0.0.1 dst=10.0.0.2 srckey=0x0 dstkey=0x0 packets=2 bytes=90 src=10.0.0.2 dst=10.0.0.1 srckey=0x0 dstkey=0x0 packets=0 bytes=0 mark=0 zone=0 use=2\n'
	),
	Buffer.from(
		'ipv4     2 unknown  253 src=10.0.0.3 dst=10.0.0.4 [UNREPLIED] src=10.0.0.4 dst=10.0.0.3 mark=0 use=2\n'
	),
	Buffer.from('\n'),
	Buffer.from('ipv4     2 udp      17 30 src=192.168.1.5 dst=9.9')
]);

/** IPTV, the outside of a tunnel of IPsec, and a protocol that has no name. */
const UNNAMED = [2, 50, 253]
	.map(
		(number) =>
			`ipv4     2 unknown  ${number} 599 src=10.0.0.1 dst=10.0.0.2 packets=1 bytes=${1000 - number} src=10.0.0.2 dst=10.0.0.1 packets=0 bytes=0 mark=0 use=2\n`
	)
	.join('');
const unnamed = (protocol: string, bytes: number): object => ({
	family: 'ipv4',
	protocol,
	path: 'cpu',
	state: null,
	timeout: 599,
	replied: true,
	original: end('10.0.0.1', null, '10.0.0.2', null, 1, bytes),
	reply: end('10.0.0.2', null, '10.0.0.1', null, 0, 0)
});

export const FLOWS_CASES: readonly Case[] = [
	flows(
		'protocols that the kernel has no name for',
		UNNAMED,
		{},
		{
			totals: { cpu: total(3, 3, 2695), software: NONE, hardware: NONE },
			matched: total(3, 3, 2695),
			flows: [unnamed('igmp', 998), unnamed('esp', 950), unnamed('unknown', 747)]
		}
	),
	flows('an empty table', '', {}, {}),
	flows(
		'totals alone',
		recording('mixed-25.12.txt'),
		{ limit: 0 },
		{ totals: MIXED, matched: total(16, 15813, 303427137) }
	),
	flows(
		'hardware, with and without counters and timeout',
		recording('hardware.txt'),
		{},
		{
			totals: { cpu: NONE, software: NONE, hardware: total(3, 2848, 3227466) },
			matched: total(3, 2848, 3227466),
			flows: HARDWARE_FLOWS
		}
	),
	flows(
		'offloaded without an answer',
		recording('mixed-25.12.txt'),
		{ search: '30011' },
		{
			totals: MIXED,
			matched: total(1, 4, 368),
			flows: [UNREPLIED_OFFLOADED]
		}
	),
	flows(
		'IPv6, largest first',
		recording('mixed-25.12.txt'),
		{ family: 'ipv6' },
		{
			totals: MIXED,
			matched: total(2, 16, 2336),
			flows: [LINK_LOCAL, PING]
		}
	),
	flows(
		'the second row',
		recording('mixed-25.12.txt'),
		{ family: 'ipv6', offset: 1, limit: 1 },
		{
			totals: MIXED,
			matched: total(2, 16, 2336),
			flows: [PING]
		}
	),
	flows(
		'one client, as people write its address',
		recording('mixed-25.12.txt'),
		{ client: '2001:DB8:1:0:18e2:acff:fecb:1af4' },
		{
			totals: MIXED,
			matched: total(1, 2, 208),
			flows: [PING]
		}
	),
	flows(
		'one client, not one whose address begins like it',
		recording('mixed-25.12.txt'),
		{ client: '192.168.1.10', limit: 0 },
		{
			totals: MIXED
		}
	),
	flows(
		'one protocol, not one that contains its name',
		recording('mixed-25.12.txt'),
		{ protocol: 'icmp', limit: 0 },
		{
			totals: MIXED,
			matched: total(2, 4, 336)
		}
	),
	flows(
		'one path and a state in small letters',
		recording('mixed-25.12.txt'),
		{ path: 'cpu', search: 'time_w', limit: 0 },
		{
			totals: MIXED,
			matched: total(4, 11569, 210333694)
		}
	),
	flows(
		'a search for what no column says',
		recording('mixed-25.12.txt'),
		{ search: 'mark' },
		{ totals: MIXED }
	),
	...[{}, { search: 'timeout' }].map((input) =>
		// GRE's waiting times were taken for a state, and found by a search for one.
		flows(`no state of GRE, ${JSON.stringify(input)}`, GRE, input, {
			totals: { cpu: total(1, 19, 1900), software: total(1, 0, 0), hardware: NONE },
			...('search' in input
				? {}
				: { matched: total(2, 19, 1900), flows: [gre('cpu', 179, 10, 9), gre('software', null, 0, 0)] })
		})
	),
	...['sctp     132 209 ESTABLISHED', 'dccp     33 43199 OPEN'].map((head) =>
		flows(
			`the state of ${head.slice(0, 4).toUpperCase()}`,
			`ipv4     2 ${head} src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 mark=0 use=2\n`,
			{ search: head.split(' ').at(-1) },
			{
				totals: { cpu: total(1, 0, 0), software: NONE, hardware: NONE },
				matched: total(1, 0, 0),
				flows: [
					{
						family: 'ipv4',
						protocol: head.slice(0, 4),
						path: 'cpu',
						state: head.split(' ').at(-1),
						timeout: Number(head.split(' ').at(-2)),
						replied: true,
						original: end('10.0.0.1', 1, '10.0.0.2', 2, null, null),
						reply: end('10.0.0.2', 2, '10.0.0.1', 1, null, null)
					}
				]
			}
		)
	),
	flows(
		'two ends that together have what a line without counters has',
		'ipv4     2 udp      17 30 src=192.168.1.5 dst=9.9\n src=10.0.0.1 dst=10.0.0.2 use=2\n',
		{ limit: 0 },
		{ skipped: 2 }
	),
	flows(
		'what is no line',
		GARBAGE,
		{ limit: 0 },
		{
			totals: { cpu: total(2, 2, 90), software: NONE, hardware: NONE },
			matched: total(2, 2, 90),
			skipped: 6
		}
	),
	{
		...flows(
			'the conntrack program',
			'',
			{ limit: 0 },
			{
				totals: { cpu: total(1, 3, 172), software: total(1, 3, 172), hardware: total(1, 0, 0) },
				matched: total(3, 6, 344),
				skipped: 0,
				source: 'conntrack'
			}
		),
		files: {
			...WITHOUT,
			'/usr/sbin/conntrack': `#!/bin/sh\n[ "$*" = '-L -o extended' ] || exit 1\ncat <<END\n${recording(
				'conntrack-L.txt'
			)
				.toString()
				.replace(
					/^conntrack v.*\n/m,
					''
				)}END\necho 'conntrack v1.4.6 (conntrack-tools): 3 flow entries have been shown.' >&2\n`
		}
	},
	{
		...flows('neither list nor program', '', {}, {}),
		files: WITHOUT,
		expected: { problem: 'no_conntrack', install: 'conntrack' }
	},
	flows(
		'by client',
		recording('mixed-25.12.txt'),
		{ group: 'client', limit: 1, offset: 1 },
		{
			totals: MIXED,
			matched: total(16, 15813, 303427137),
			clients: [
				{
					address: '192.168.1.2',
					paths: { cpu: total(3, 109, 26918), software: NONE, hardware: NONE }
				}
			],
			client_count: 5
		}
	),
	{
		// The list of routes was cut off at 256 KiB, and the router's own connections behind it counted as eligible.
		...flows(
			'what a flowtable may take, behind 6,000 routes',
			'',
			{ limit: 0, breakdown: true },
			{
				totals: { cpu: total(2, 4, 36), software: NONE, hardware: NONE },
				matched: total(2, 4, 36),
				breakdown: {
					family: {
						ipv4: { cpu: total(2, 4, 36), software: NONE, hardware: NONE },
						ipv6: { cpu: NONE, software: NONE, hardware: NONE }
					},
					protocol: {
						tcp: { cpu: NONE, software: NONE, hardware: NONE },
						udp: { cpu: total(2, 4, 36), software: NONE, hardware: NONE },
						other: { cpu: NONE, software: NONE, hardware: NONE }
					},
					eligible: { cpu: total(1, 2, 18), software: NONE, hardware: NONE },
					own: ['192.168.1.1']
				}
			}
		),
		files: {
			...HEALTHY,
			'/proc/net/nf_conntrack': BY_THE_ROUTER_AND_THROUGH_IT,
			'/proc/net/fib_trie': routes(6000)
		}
	},
	// "41 of 44": what is closed cannot be offloaded any more, and is nobody's shortfall.
	...[true, false].map((accounting) => {
		const of = (count: number) => total(count, count * (accounting ? 2 : 0), count * (accounting ? 18 : 0));
		const all = { cpu: of(5), software: of(1), hardware: NONE };
		const none = { cpu: NONE, software: NONE, hardware: NONE };
		return flows(
			`closed connections are not eligible, ${accounting ? 'counted' : 'not counted'}`,
			closing(accounting),
			{ limit: 0, breakdown: true },
			{
				totals: all,
				matched: of(6),
				breakdown: {
					family: { ipv4: all, ipv6: none },
					protocol: { tcp: all, udp: none, other: none },
					eligible: { cpu: of(1), software: of(1), hardware: NONE },
					own: []
				}
			}
		);
	}),
	{
		...flows(
			'by family and protocol, and what a flowtable may take',
			recording('mixed-25.12.txt'),
			{ limit: 0, breakdown: true },
			{
				totals: MIXED,
				matched: total(16, 15813, 303427137),
				breakdown: {
					family: {
						ipv4: { cpu: total(8, 11603, 210341864), software: MIXED.software, hardware: NONE },
						ipv6: { cpu: total(2, 16, 2336), software: NONE, hardware: NONE }
					},
					protocol: {
						tcp: { cpu: total(5, 11596, 210341316), software: total(1, 4162, 93079993), hardware: NONE },
						udp: { cpu: total(2, 17, 2340), software: total(5, 32, 2944), hardware: NONE },
						other: { cpu: total(3, 6, 544), software: NONE, hardware: NONE }
					},
					eligible: { cpu: NONE, software: total(4, 4186, 93082201), hardware: NONE },
					own: ['127.0.0.1', '192.168.1.1', '2001:0db8:0001:0000:0000:0000:0000:0001', '2001:db8:1::1']
				}
			}
		),
		files: {
			...HEALTHY,
			'/proc/net/nf_conntrack': recording('mixed-25.12.txt'),
			'/proc/net/fib_trie':
				'Local:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 192.168.1.1\n        /32 host LOCAL\n     |-- 192.168.1.255\n        /32 link BROADCAST\n     |-- 127.0.0.1\n        /32 host LOCAL\n',
			'/proc/net/if_inet6': '20010db8000100000000000000000001 06 3c 00 80   br-lan\n'
		}
	}
];
