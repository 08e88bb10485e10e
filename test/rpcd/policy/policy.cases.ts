// SPDX-License-Identifier: Apache-2.0
import type { PolicyFault, PolicyRule } from '../../../rpcd/api/index.ts';
import type { Case } from '../case.ts';
import { flowtable, HEALTHY, stateWith } from '../router.ts';

const CLIENT = '192.168.1.50';
const SERVER = '203.0.113.9';
const ROUTER = '192.168.1.1';

/** A connection of TCP, which the server answers to whom it came from. */
const line = (state: string, source: string, destination: string, mark = '[ASSURED]'): string =>
	`ipv4     2 tcp      6 ${state}src=${source} dst=${destination} sport=40000 dport=443 packets=9 bytes=900 ` +
	`src=${destination} dst=${source} sport=443 dport=40000 packets=9 bytes=900 ${mark} mark=0 zone=0 use=2\n`;

const FILES = {
	...HEALTHY,
	'/proc/net/fib_trie': `Local:\n  |-- ${ROUTER}\n     /32 host LOCAL\n`,
	'/proc/net/nf_conntrack':
		line('7000 ESTABLISHED ', CLIENT, SERVER) +
		line('', CLIENT, SERVER, '[OFFLOAD]') +
		line('100 TIME_WAIT ', CLIENT, SERVER) +
		line('100 SYN_SENT ', CLIENT, SERVER) +
		line('7000 ESTABLISHED ', CLIENT, ROUTER) +
		line('7000 ESTABLISHED ', ROUTER, SERVER)
};

const RULES: PolicyRule[] = [{ name: 'Web', ports: ['443'] }];
const TEXT = 'meta l4proto { tcp, udp } ct original proto-dst { 443 } return comment "rule 1"\nflow add @ft';

const CONFIG = "config keep\n\toption name 'Web'\n\tlist port '443'\n";

/** The policy of that file is in force: nft's rule has what tells the file from another. */
const IN_FORCE = {
	...HEALTHY,
	'/proc/net/fib_trie': FILES['/proc/net/fib_trie'],
	'/etc/config/nft-offload': CONFIG,
	'/run/virtual-kernel/flowtables': flowtable('devices = { br-lan, wan }'),
	'/usr/sbin/nft': `#!/bin/sh
case "$*" in *flowtables*) exec cat "$ROUTER_ROOT/run/virtual-kernel/flowtables" ;; esac
file=$ROUTER_ROOT/etc/config/nft-offload
set -- $(ls -lin "$file")
echo "	meta l4proto { tcp, udp } jump nft_offload_policy comment \\"nft-offload $1-$6-$(date -r "$file" +%s)\\" # handle 7"
`
};

const row = (port: number, bytes: number, kept: object): object => ({
	family: 'ipv4',
	protocol: 'tcp',
	path: 'cpu',
	state: 'ESTABLISHED',
	timeout: 7000,
	replied: true,
	original: {
		source: CLIENT,
		destination: SERVER,
		source_port: 40000,
		destination_port: port,
		packets: 9,
		bytes
	},
	reply: {
		source: SERVER,
		destination: CLIENT,
		source_port: port,
		destination_port: 40000,
		packets: 9,
		bytes
	},
	...kept
});

const NONE = { flows: 0, bytes: 0, packets: 0 };
const TWO = { flows: 2, bytes: 1980, packets: 36 };

/** A file that nobody understands, and what is told of it. */
function refused(text: string, fault: PolicyFault, reason: string): Case {
	return {
		name: `tells what is wrong: ${reason}`,
		files: { ...HEALTHY, '/etc/config/nft-offload': text },
		method: 'get_policy',
		expected: {
			rules: [],
			fault,
			force: { state: 'not_in_force', cause: 'unreadable', reason },
			kept: [],
			escaped: 0,
			whole: true,
			text: ''
		}
	};
}

const PORTS = 'ports from 1 to 65535, or ranges as 5000-5010, at most 64';
const MARK = 'a mark, 0x10, or 0x10/0xf0 with the bits that count';

/** A zone that is more or less than the devices it names, which nothing but they can be kept by. */
const NOT_OF_DEVICES_ALONE = [
	{ devices_neg: ['tun1'] },
	{ devices_pos: ['tun0'], family: 4, subnets_pos: ['10.8.0.0/24'] },
	{ devices_pos: ['tun0'], family: 6 }
].map((rule): Case => ({
	name: `tells of a zone that no rule can go by: ${JSON.stringify(rule)}`,
	files: {
		...IN_FORCE,
		'/etc/config/nft-offload': CONFIG.replace("list port '443'", "option src 'vpn'"),
		'/var/run/fw4.state': stateWith('vpn', rule)
	},
	method: 'get_policy',
	expected: {
		rules: [{ name: 'Web', src: 'vpn' }],
		fault: null,
		force: { state: 'not_in_force', cause: 'no_zone', reason: 'vpn' },
		kept: [null],
		escaped: 0,
		whole: true,
		text: [
			'ct direction original iifname $zone_vpn return comment "rule 1"',
			'ct direction reply oifname $zone_vpn return comment "rule 1"',
			'flow add @ft'
		].join('\n')
	}
}));

export const KEPT_CASES: readonly Case[] = [
	{
		name: 'says of a row by which rule it is kept, and of no other',
		files: {
			...IN_FORCE,
			'/proc/net/nf_conntrack':
				line('7000 ESTABLISHED ', CLIENT, SERVER) +
				line('7000 ESTABLISHED ', CLIENT, SERVER)
					.replaceAll('port=443', 'port=80')
					.replaceAll('bytes=900', 'bytes=90')
		},
		method: 'get_flows',
		expected: {
			totals: { cpu: TWO, software: NONE, hardware: NONE },
			matched: TWO,
			flows: [row(443, 900, { kept: 'Web' }), row(80, 90, {})],
			skipped: 0,
			source: 'procfs'
		}
	}
];

export const POLICY_CASES: readonly Case[] = [
	{
		name: 'counts what passes through the router and is established',
		files: FILES,
		method: 'get_policy',
		input: { policy: RULES },
		expected: {
			rules: RULES,
			fault: null,
			force: { state: 'empty' },
			kept: [1],
			escaped: 1,
			whole: true,
			text: TEXT
		}
	},
	{
		name: 'counts nothing where nothing is offloaded',
		files: { ...FILES, '/etc/config/nft-offload': CONFIG },
		method: 'get_policy',
		expected: {
			rules: RULES,
			fault: null,
			force: { state: 'off' },
			kept: [null],
			escaped: 0,
			whole: true,
			text: TEXT
		}
	},
	refused(
		"config keep\n\toption name 'Web'\n\tlist port 'web'\n",
		{ rule: 1, name: 'Web', option: 'port', expected: PORTS },
		`rule 1 (Web): port has to be ${PORTS}`
	),
	refused(
		"config keep\n\toption name 'Web'\n\tlist port '443'\n\toption color 'red'\n",
		{ rule: 1, name: 'Web', option: 'color', expected: 'an option of a rule' },
		'rule 1 (Web): color has to be an option of a rule'
	),
	refused(
		"config keep\n\toption name 'Web'\n",
		{ rule: 1, name: 'Web', option: 'a condition', expected: 'there' },
		'rule 1 (Web): a condition has to be there'
	),
	refused(
		"config keep\n\toption name 'Web\n",
		{ rule: 0, name: '/etc/config/nft-offload', option: 'it', expected: 'a file that libuci reads' },
		'it has to be a file that libuci reads'
	),
	refused(
		"config keeps\n\toption name 'Web'\n\tlist port '443'\n",
		{ rule: 0, name: 'keeps', option: 'config keeps', expected: 'config keep' },
		'config keeps has to be config keep'
	),
	refused(
		"config keep\n\toption name 'All'\n\toption mark '0x0/0x0'\n",
		{ rule: 1, name: 'All', option: 'mark', expected: MARK },
		`rule 1 (All): mark has to be ${MARK}`
	),
	...NOT_OF_DEVICES_ALONE
];
