// SPDX-License-Identifier: Apache-2.0
/** Parts that the cases of explain_flow are made of: a router that offloads in software, a connection through it, and its line. */
import { type Case, type Files } from '../case.ts';
import { HANDS_OVER, HEALTHY, ruleset } from '../router.ts';
import { asks, RUNNING, SOFTWARE } from '../state/status.ts';

export const CLIENT = '192.168.1.50';
export const SERVER = '198.51.100.1';
export const OUTSIDE = '203.0.113.2';

/** The router's own addresses, as /proc/net/fib_trie and /proc/net/if_inet6 have them. */
export const OWN: Files = {
	'/proc/net/fib_trie':
		'Main:\n  +-- 0.0.0.0/0 3 0 5\n' +
		['127.0.0.1', '192.168.1.1', OUTSIDE]
			.map((address) => `     |-- ${address}\n        /32 host LOCAL\n`)
			.join(''),
	'/proc/net/if_inet6': 'fd000001000000000000000000000001 05 40 00 80   br-lan\n'
};

/** The kernel's settings that OpenWrt changes, and others. */
const SETTINGS: Files = {
	'/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established': '7440\n',
	'/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_unacknowledged': '300\n',
	'/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_max_retrans': '300\n',
	'/proc/sys/net/netfilter/nf_conntrack_udp_timeout': '60\n',
	'/proc/sys/net/netfilter/nf_conntrack_udp_timeout_stream': '180\n',
	'/proc/sys/net/netfilter/nf_flowtable_tcp_timeout': '30\n',
	'/proc/sys/net/netfilter/nf_flowtable_udp_timeout': '30\n'
};

/** Loaded an hour ago: see `older` in explains(). */
export const OFFLOADING: Files = {
	...HEALTHY,
	...asks(SOFTWARE, RUNNING),
	...OWN,
	...SETTINGS,
	'/proc/uptime': '90000.42 2011.03\n'
};

/** A connection of IPv4, and how it stands. The usual one is a client's download, masqueraded. */
export interface Line {
	protocol?: 'tcp' | 'udp' | 'icmp' | 'gre';
	/** Seconds and state, or what else stands there: `7439 ESTABLISHED`. Empty for offloaded ones. */
	head?: string;
	from?: string;
	to?: string;
	ports?: readonly [number, number];
	/** Who answers, to whom: another one than asked where a port is forwarded or masqueraded. */
	back?: readonly [string, string];
	backPorts?: readonly [number, number];
	packets?: readonly [number, number] | null;
	replied?: boolean;
	mark?: string;
}

const NUMBERS = { tcp: 6, udp: 17, icmp: 1, gre: 47 };

export function line(given: Line = {}): string {
	const { protocol = 'tcp', from = CLIENT, to = SERVER, ports = [40000, 443], packets = [200, 300] } = given;
	const { back = [to, OUTSIDE], backPorts = [ports[1], ports[0]], replied = true } = given;
	const { head = protocol === 'tcp' ? '7439 ESTABLISHED' : '179', mark = '[ASSURED]' } = given;
	const has = protocol === 'tcp' || protocol === 'udp';
	const ends = (pair: readonly [number, number]): string =>
		has
			? ` sport=${String(pair[0])} dport=${String(pair[1])}`
			: protocol === 'icmp'
				? ' type=8 code=0 id=3046'
				: ' srckey=0x0 dstkey=0x0';
	const counted = (count: number | undefined): string =>
		packets === null || count === undefined ? '' : ` packets=${String(count)} bytes=${String(count * 100)}`;
	const family = from.includes(':') ? 'ipv6     10' : 'ipv4     2';
	return (
		`${family} ${protocol.padEnd(8)} ${String(NUMBERS[protocol])}${head === '' ? '' : ` ${head}`} src=${from} dst=${to}${ends(ports)}` +
		`${counted(packets?.[0])}${replied ? '' : ' [UNREPLIED]'} src=${back[0]} dst=${back[1]}${ends(backPorts)}${counted(packets?.[1])}` +
		`${mark === '' ? '' : ` ${mark}`} mark=0 zone=0 use=2\n`
	);
}

/** The same as get_flows and explain_flow tell it. */
export function flowOf(given: Line = {}): object {
	const { protocol = 'tcp', from = CLIENT, to = SERVER, ports = [40000, 443], packets = [200, 300] } = given;
	const { back = [to, OUTSIDE], backPorts = [ports[1], ports[0]], replied = true } = given;
	const { head = protocol === 'tcp' ? '7439 ESTABLISHED' : '179', mark = '[ASSURED]' } = given;
	const has = protocol === 'tcp' || protocol === 'udp';
	const [timeout, state] = head.split(' ');
	const tuple = (
		ends: readonly [string, string],
		pair: readonly [number, number],
		count?: number
	): object => ({
		source: short(ends[0]),
		destination: short(ends[1]),
		source_port: has ? pair[0] : null,
		destination_port: has ? pair[1] : null,
		packets: packets === null ? null : count,
		bytes: packets === null || count === undefined ? null : count * 100
	});
	return {
		family: from.includes(':') ? 'ipv6' : 'ipv4',
		protocol,
		path: mark === '[HW_OFFLOAD]' ? 'hardware' : mark === '[OFFLOAD]' ? 'software' : 'cpu',
		state: state === undefined || state.includes('=') ? null : state,
		timeout: timeout === '' || timeout === undefined ? null : Number(timeout),
		replied,
		original: tuple([from, to], ports, packets?.[0]),
		reply: tuple(back, backPorts, packets?.[1])
	};
}

/** The usual form of the tests' addresses with all zeros. */
const short = (address: string): string =>
	address.replace(/(:0000)+:/, '::').replaceAll(/(^|:)0+(?=[0-9a-f])/g, '$1');

/** What asks for it. */
export function asking({
	protocol = 'tcp',
	from = CLIENT,
	to = SERVER,
	ports = [40000, 443]
}: Line = {}): object {
	return {
		family: from.includes(':') ? 'ipv6' : 'ipv4',
		protocol,
		source: short(from),
		destination: short(to),
		...(protocol === 'tcp' || protocol === 'udp' ? { source_port: ports[0], destination_port: ports[1] } : {})
	};
}

export const LAN_END = { device: 'br-lan', zone: 'lan' };
export const WAN_END = { device: 'wan', zone: 'wan' };

/** All that is asked where nothing explains a connection on the CPU. */
export const ALL_CHECKED = [
	'table',
	'flowtable',
	'routes',
	'addresses',
	'protocol',
	'rule',
	'helpers',
	'state',
	'memory',
	'packets',
	'coverage'
];

/** What is asked until the first kind of reason holds: in the line, in the rules, in the state. */
export const LINE_CHECKED = ALL_CHECKED.slice(0, 5);
export const RULES_CHECKED = ALL_CHECKED.slice(0, 7);
export const STATE_CHECKED = ALL_CHECKED.slice(0, 8);

export interface Expected {
	reasons: readonly object[];
	checked?: readonly string[];
	comes_by?: object | null;
	goes_by?: object | null;
	flow?: object | null;
}

/** A case with this connection in the table, among others. */
export function explains(
	name: string,
	given: Line,
	{ reasons, checked = ALL_CHECKED, comes_by = LAN_END, goes_by = WAN_END, flow = flowOf(given) }: Expected,
	files: Files = {},
	more: Partial<Pick<Case, 'times' | 'bus' | 'input' | 'older'>> = {}
): Case {
	return {
		name,
		files: {
			...OFFLOADING,
			'/proc/net/nf_conntrack': line({ ports: [4000, 443] }) + line(given) + line({ ports: [40000, 44] }),
			...files
		},
		method: 'explain_flow',
		input: asking(given),
		// Written when the firewall was loaded.
		older: ['/var/run/fw4.state'],
		expected: { flow, comes_by, goes_by, reasons, checked },
		...more
	};
}

/** The chains in which firewall4 gives helpers, as nft lists them; `rules` are those of the zone's, to which `zone` leads. */
export const HELPERS = (rules: readonly string[], zone = 'iifname "br-lan"'): string =>
	ruleset(
		[HANDS_OVER],
		[
			'ct helper ftp {',
			'\ttype "ftp" protocol tcp',
			'\tl3proto inet',
			'}',
			'ct helper sip {',
			'\ttype "sip" protocol udp',
			'\tl3proto inet',
			'}',
			'chain prerouting {',
			'\ttype filter hook prerouting priority filter; policy accept;',
			`\t${zone}${zone.includes(' vmap ') ? '' : ' jump helper_lan'} comment "!fw4: Handle lan IPv4/IPv6 helper assignment"`,
			'}',
			'chain helper_lan {',
			...rules.map((rule) => `\t${rule}`),
			'}'
		]
	);
