// SPDX-License-Identifier: Apache-2.0
/**
 * explain_flow: each reason by a router that has its cause, named first and alone, and beside it those that are like it and have
 * none, or another.
 */
import { monotonic, type Case, type Files } from '../case.ts';
import { flowtable, HANDS_OVER, HEALTHY, ruleset, state, stateWith, TUN } from '../router.ts';
import { asks, ENGINES, HARDWARE, IN_HARDWARE, RUNNING } from '../state/status.ts';
import {
	ALL_CHECKED,
	asking,
	CLIENT,
	explains,
	HELPERS,
	LAN_END,
	line,
	LINE_CHECKED,
	OFFLOADING,
	OUTSIDE,
	RULES_CHECKED,
	SERVER,
	STATE_CHECKED,
	WAN_END,
	type Expected,
	type Line
} from './flow.ts';

const UNKNOWN = { reasons: [] };
/** A rule may have given it a helper: that it has none nobody can say. */
const DOUBTFUL = { ...UNKNOWN, checked: ALL_CHECKED.filter((check) => check !== 'helpers') };
const NOTHING_SET_UP = asks([], 'table inet fw4 {\n}\n');

/** A connection that goes on, on the CPU, though nothing is in the way. */
const GOING: Line = {};

const FTP: Line = { ports: [40000, 21] };
const FTP_RULE = 'tcp dport 21 ct helper set "ftp" comment "!fw4: FTP passive connection tracking"';
const ftp = (rule: string): Expected => ({
	reasons: [{ code: 'helper', helper: 'ftp', chain: 'inet fw4 helper_lan', rule }],
	checked: RULES_CHECKED
});
const givesHelpers = (rules: readonly string[], zone?: string): Files => ({
	'/run/virtual-kernel/ruleset': HELPERS(rules, zone)
});

const ON_ITS_WAY: readonly Case[] = [
	explains(
		'in the flowtable',
		{ mark: '[OFFLOAD]', head: '' },
		{
			reasons: [{ code: 'offloaded', path: 'software', one_way: false }],
			checked: ['table', 'flowtable', 'routes', 'coverage']
		}
	),
	explains(
		'in the flowtable without an answer, as UDP is from its second packet on',
		{ protocol: 'udp', mark: '[OFFLOAD]', head: '', replied: false, packets: [4, 0] },
		{
			reasons: [{ code: 'offloaded', path: 'software', one_way: false }],
			checked: ['table', 'flowtable', 'routes', 'coverage']
		}
	),
	explains(
		'in the flowtable of another program, while the mode is off',
		{ mark: '[OFFLOAD]', head: '' },
		{
			reasons: [{ code: 'offloaded', path: 'software', one_way: false }],
			checked: ['table', 'flowtable', 'routes']
		},
		NOTHING_SET_UP
	),
	explains('going on, and nothing explains it: unknown, and this was checked', GOING, UNKNOWN),
	explains(
		'the same without accounting: nobody knows its packets',
		{ packets: null },
		{
			...UNKNOWN,
			checked: ALL_CHECKED.filter((check) => check !== 'packets')
		}
	),
	explains(
		'offloading is off',
		GOING,
		{
			reasons: [{ code: 'not_set_up' }],
			checked: ['table', 'flowtable'],
			comes_by: null,
			goes_by: null
		},
		NOTHING_SET_UP
	),
	...[
		[
			'a flowtable of another program',
			asks(
				[],
				'table inet fw4 {\n}\ntable inet mine {\n\tflowtable f {\n\t\tdevices = { br-lan, wan }\n\t}\n}\n'
			)
		] as const,
		['an accelerator', { ...NOTHING_SET_UP, '/sys/module/shortcut_fe/refcnt': '1\n' }] as const
	].map(([name, files]) =>
		explains(
			`offloading is off, and ${name} is there: nobody says that nothing takes it`,
			GOING,
			{ ...UNKNOWN, checked: ALL_CHECKED.filter((check) => !['rule', 'coverage'].includes(check)) },
			files
		)
	),
	explains(
		'nft does not answer: neither the flowtable nor the rules are known, and nothing is said of them',
		GOING,
		{
			...UNKNOWN,
			checked: ALL_CHECKED.filter((check) => !['flowtable', 'rule', 'helpers', 'coverage'].includes(check))
		},
		{ '/run/virtual-kernel/nft-fails': 'netlink: Error: cache initialization failed\n' }
	),
	explains(
		'no rule hands connections over, since the template was changed',
		GOING,
		{
			reasons: [{ code: 'no_rule' }],
			checked: RULES_CHECKED
		},
		{ '/run/virtual-kernel/ruleset': ruleset([]) }
	),
	...[
		[`ip saddr ${CLIENT} counter accept`, HANDS_OVER],
		['ct state established,related accept', HANDS_OVER],
		[`ip saddr != ${CLIENT} ${HANDS_OVER}`],
		['meta l4proto udp flow add @ft']
	].map((rules) =>
		explains(
			`no rule hands this one over: ${rules.join('; ')}`,
			GOING,
			{ reasons: [{ code: 'no_rule' }], checked: RULES_CHECKED },
			{ '/run/virtual-kernel/ruleset': ruleset(rules) }
		)
	),
	...[
		[`meta mark 0x00000001 accept`, HANDS_OVER],
		['ip saddr @phones accept', HANDS_OVER],
		['jump early', HANDS_OVER],
		['ct packets > 100 flow add @ft']
	].map((rules) =>
		explains(
			`whether a rule hands it over nobody knows, and nobody says that it is in order: ${rules.join('; ')}`,
			GOING,
			{ ...UNKNOWN, checked: ALL_CHECKED.filter((check) => check !== 'rule') },
			{ '/run/virtual-kernel/ruleset': ruleset(rules) }
		)
	),
	...[
		['ip saddr 192.168.1.9 accept', HANDS_OVER],
		['ct state invalid drop', 'ct state established flow add @ft'],
		['counter flow add @ft']
	].map((rules) =>
		explains(`a rule hands it over: ${rules.join('; ')}`, GOING, UNKNOWN, {
			'/run/virtual-kernel/ruleset': ruleset(rules)
		})
	),
	explains('the rule as nft before 1.0 writes it', GOING, UNKNOWN, {
		'/run/virtual-kernel/ruleset': ruleset(['meta l4proto { tcp, udp } flow offload @ft'])
	})
];

const GONE: readonly Case[] = [
	explains(
		'ended',
		GOING,
		{ flow: null, reasons: [{ code: 'gone' }], checked: ['table', 'flowtable', 'routes', 'zones'] },
		{
			'/proc/net/nf_conntrack': line({ ports: [40000, 44] }) + line({ protocol: 'udp' })
		}
	),
	// The kernel counts to where it goes on: one that ends between two pages has it leave out another.
	explains(
		'not gone, though the first reading of the table left it out',
		{ mark: '[OFFLOAD]', head: '' },
		{
			reasons: [{ code: 'offloaded', path: 'software', one_way: false }],
			checked: ['table', 'flowtable', 'routes', 'coverage']
		},
		{
			'/proc/net/nf_conntrack': null,
			'/usr/sbin/conntrack': `#!/bin/sh\nif ! mkdir "$ROUTER_ROOT/tmp/read" 2>/dev/null\nthen cat <<'END'\n${line({ mark: '[OFFLOAD]', head: '' })}END\nfi\n`,
			'/tmp/.keep': ''
		}
	),
	explains(
		'never there, since the firewall lets nothing through that way',
		{ from: SERVER, to: CLIENT },
		{
			flow: null,
			comes_by: WAN_END,
			goes_by: LAN_END,
			reasons: [{ code: 'no_forwarding', source_zone: 'wan', destination_zone: 'lan' }],
			checked: ['table', 'flowtable', 'routes', 'zones']
		},
		{ '/proc/net/nf_conntrack': line() }
	),
	explains(
		'the same where a rule may let it through',
		{ from: SERVER, to: CLIENT },
		{
			flow: null,
			comes_by: WAN_END,
			goes_by: LAN_END,
			reasons: [{ code: 'gone' }],
			checked: ['table', 'flowtable', 'routes', 'zones']
		},
		{
			'/proc/net/nf_conntrack': line(),
			'/etc/config/firewall': `${String(OFFLOADING['/etc/config/firewall'])}\nconfig rule\n\toption src 'wan'\n\toption dest 'lan'\n\toption target 'ACCEPT'\n`
		}
	),
	explains(
		'no way to its end',
		GOING,
		{
			flow: null,
			reasons: [{ code: 'gone' }],
			comes_by: null,
			goes_by: null,
			checked: ['table', 'flowtable']
		},
		{
			'/proc/net/nf_conntrack': '',
			'/run/virtual-kernel/routes': ''
		}
	)
];

const LOCAL: readonly Case[] = [
	explains(
		'a client at the router',
		{ to: '192.168.1.1', ports: [40000, 22], back: ['192.168.1.1', CLIENT] },
		{
			goes_by: null,
			reasons: [{ code: 'local', end: 'destination', address: '192.168.1.1' }],
			checked: LINE_CHECKED
		},
		{
			'/run/virtual-kernel/routes': `192.168.1.1 local dev lo  src 192.168.1.1\n192.168.1.* unicast dev br-lan  src 192.168.1.1\n`,
			'/sys/class/net/lo/uevent': 'INTERFACE=lo\n'
		}
	),
	explains(
		'the router itself, for a time that ntpd asks',
		{ from: OUTSIDE, protocol: 'udp', ports: [123, 123], back: [SERVER, OUTSIDE] },
		{
			comes_by: WAN_END,
			reasons: [{ code: 'local', end: 'source', address: OUTSIDE }],
			checked: LINE_CHECKED
		}
	),
	explains(
		'a client whose names the router answers in the place of another (redirect)',
		{ protocol: 'udp', to: '8.8.8.8', ports: [40000, 53], back: ['192.168.1.1', CLIENT] },
		{
			goes_by: LAN_END,
			reasons: [{ code: 'local', end: 'destination', address: '192.168.1.1' }],
			checked: LINE_CHECKED
		}
	),
	explains(
		"not a forwarded port: it goes to the router's address, and is answered by a client",
		{ from: SERVER, to: OUTSIDE, ports: [50000, 8080], back: [CLIENT, SERVER], backPorts: [80, 50000] },
		{ ...UNKNOWN, comes_by: WAN_END, goes_by: LAN_END }
	),
	explains(
		'IPv6 at the router, in the form with all zeros',
		{
			from: 'fd00:0001:0000:0000:0000:0000:0000:0050',
			to: 'fd00:0001:0000:0000:0000:0000:0000:0001',
			back: ['fd00:0001:0000:0000:0000:0000:0000:0001', 'fd00:0001:0000:0000:0000:0000:0000:0050']
		},
		{
			goes_by: LAN_END,
			reasons: [{ code: 'local', end: 'destination', address: 'fd00:1::1' }],
			checked: LINE_CHECKED
		}
	),
	explains(
		'a discovery for all: multicast',
		{
			protocol: 'udp',
			to: '239.255.255.250',
			ports: [40000, 1900],
			back: ['239.255.255.250', CLIENT],
			replied: false
		},
		{
			goes_by: null,
			reasons: [{ code: 'not_unicast', address: '239.255.255.250' }],
			checked: LINE_CHECKED
		}
	),
	explains(
		'a broadcast in its network, which only the routes know',
		{
			protocol: 'udp',
			to: '192.168.1.255',
			ports: [137, 137],
			back: ['192.168.1.255', CLIENT],
			replied: false
		},
		{ goes_by: null, reasons: [{ code: 'not_unicast', address: '192.168.1.255' }], checked: LINE_CHECKED },
		{
			'/run/virtual-kernel/routes':
				'192.168.1.255 broadcast dev br-lan  src 192.168.1.1\n192.168.1.* unicast dev br-lan  src 192.168.1.1\n'
		}
	)
];

const PROTOCOL: readonly Case[] = [
	explains(
		'a ping',
		{ protocol: 'icmp', head: '29', mark: '' },
		{ reasons: [{ code: 'protocol', protocol: 'icmp' }], checked: LINE_CHECKED }
	),
	explains(
		'a tunnel of GRE, whose line has its timeouts where others have a state',
		{ protocol: 'gre', head: '170 timeout=30, stream_timeout=180' },
		{ reasons: [{ code: 'protocol', protocol: 'gre' }], checked: LINE_CHECKED }
	)
];

const HELPER: readonly Case[] = [
	explains('FTP, by the rule of its zone', FTP, ftp(FTP_RULE), givesHelpers([FTP_RULE])),
	explains('a web page in the same zone', GOING, UNKNOWN, givesHelpers([FTP_RULE])),
	explains('UDP to the same port', { ...FTP, protocol: 'udp' }, UNKNOWN, givesHelpers([FTP_RULE])),
	explains('FTP from a zone without helpers', FTP, UNKNOWN, givesHelpers([FTP_RULE], 'iifname "wan"')),
	explains(
		'a rule for both families, and a counter in it',
		FTP,
		ftp('meta nfproto ipv4 tcp dport 21 counter ct helper set "ftp"'),
		givesHelpers(['meta nfproto ipv4 tcp dport 21 counter ct helper set "ftp"'])
	),
	explains(
		'a rule for IPv6 alone',
		FTP,
		UNKNOWN,
		givesHelpers(['meta nfproto ipv6 tcp dport 21 ct helper set "ftp"'])
	),
	explains(
		'a range of ports, and senders',
		{ protocol: 'udp', ports: [40000, 5065] },
		{
			reasons: [
				{
					code: 'helper',
					helper: 'sip',
					chain: 'inet fw4 helper_lan',
					rule: 'ip saddr 192.168.0.0/16 udp dport { 5060-5070 } ct helper set "sip"'
				}
			],
			checked: RULES_CHECKED
		},
		givesHelpers(['ip saddr 192.168.0.0/16 udp dport { 5060-5070 } ct helper set "sip"'])
	),
	explains(
		'a helper of the other protocol does nothing',
		FTP,
		UNKNOWN,
		givesHelpers(['th dport 21 ct helper set "sip"'])
	),
	explains(
		'a rule for others than this sender',
		FTP,
		UNKNOWN,
		givesHelpers([`ip saddr != ${CLIENT} ${FTP_RULE}`])
	),
	explains(
		'a rule by a mark, of which nobody here knows: not named',
		FTP,
		DOUBTFUL,
		givesHelpers([`meta mark 0x00000001 ${FTP_RULE}`])
	),
	explains(
		'a rule by a set that is not read: not named',
		FTP,
		DOUBTFUL,
		givesHelpers([`ip saddr @phones ${FTP_RULE}`])
	),
	explains(
		'behind a rule that may have let it out of the chain: not named',
		FTP,
		DOUBTFUL,
		givesHelpers(['ip saddr @phones return', FTP_RULE])
	),
	explains(
		'a web page, where such rules are for FTP',
		GOING,
		UNKNOWN,
		givesHelpers([`meta mark 0x00000001 ${FTP_RULE}`, `ip saddr @phones ${FTP_RULE}`])
	),
	explains(
		'a rule by a MAC address: not named',
		FTP,
		DOUBTFUL,
		givesHelpers([`ether saddr 02:00:00:00:00:0a ${FTP_RULE}`])
	),
	explains(
		'a jump by a set into the chain of helpers: not named',
		FTP,
		DOUBTFUL,
		givesHelpers([FTP_RULE], 'ip saddr @phones')
	),
	explains(
		'a map of verdicts that leads to helpers',
		FTP,
		ftp(FTP_RULE),
		givesHelpers([FTP_RULE], 'iifname vmap { "br-guest" : accept, "br-lan" : jump helper_lan }')
	),
	explains(
		'one that leads others to them',
		FTP,
		UNKNOWN,
		givesHelpers([FTP_RULE], 'iifname vmap { "br-guest" : jump helper_lan }')
	),
	explains(
		'a map of verdicts by ports, of which this one is let out',
		FTP,
		UNKNOWN,
		givesHelpers(['tcp dport vmap { 20-21 : return, 443 : accept }', FTP_RULE])
	),
	explains(
		'a map of verdicts that is not read: not named',
		FTP,
		DOUBTFUL,
		givesHelpers([FTP_RULE], 'ip saddr vmap @ways')
	),
	explains(
		'a map of verdicts by two things at once: not named',
		FTP,
		DOUBTFUL,
		givesHelpers([FTP_RULE], `ip saddr . tcp dport vmap { ${CLIENT} . 21 : jump helper_lan }`)
	),
	explains(
		'a set of two things at once: not named',
		FTP,
		DOUBTFUL,
		givesHelpers([`ip saddr . tcp dport { ${CLIENT} . 21 } ct helper set "ftp"`])
	),
	explains(
		'a map of helpers: not named',
		FTP,
		DOUBTFUL,
		givesHelpers(['ct helper set tcp dport map { 21 : "ftp", 2121 : "ftp" }'])
	),
	explains(
		'behind firewall4’s map of states, which says nothing of what is new',
		FTP,
		ftp(FTP_RULE),
		givesHelpers(['ct state vmap { invalid : drop, established : accept, related : accept }', FTP_RULE])
	),
	explains('behind one that has', FTP, UNKNOWN, givesHelpers(['tcp dport { 20, 21 } accept', FTP_RULE])),
	explains(
		'behind one that drops others',
		FTP,
		ftp(FTP_RULE),
		givesHelpers(['ip saddr @banned drop', 'ct state invalid drop', FTP_RULE])
	),
	explains(
		'chains that jump in a circle',
		FTP,
		DOUBTFUL,
		givesHelpers(['jump helper_lan', 'jump helper_lan'])
	),
	explains(
		"a rule of the admin's own table, in words for the port forward that comes before it",
		{ from: SERVER, to: OUTSIDE, ports: [50000, 2121], back: [CLIENT, SERVER], backPorts: [21, 50000] },
		{
			comes_by: WAN_END,
			goes_by: LAN_END,
			reasons: [
				{
					code: 'helper',
					helper: 'ftp',
					chain: 'ip mine x',
					rule: `ip daddr ${CLIENT} tcp dport 21 ct helper set "tf"`
				}
			],
			checked: RULES_CHECKED
		},
		{
			'/run/virtual-kernel/ruleset': `${ruleset([HANDS_OVER])}table ip mine {\n\tct helper tf {\n\t\ttype "ftp" protocol tcp\n\t\tl3proto ip\n\t}\n\n\tchain x {\n\t\ttype filter hook prerouting priority mangle + 60; policy accept;\n\t\tip daddr ${CLIENT} tcp dport 21 ct helper set "tf"\n\t}\n}\n`
		}
	)
];

const BRIDGED_LINE: Line = { to: '192.168.1.60', back: ['192.168.1.60', CLIENT] };
const FOR_BRIDGES: Files = {
	'/run/virtual-kernel/flowtables': `${RUNNING}table bridge fw4 {\n\tflowtable fb { # handle 2\n\t\thook ingress priority filter\n\t\tdevices = { "lan1", "lan2" }\n\t\tcounter\n\t}\n}\n`
};
const BRIDGED: readonly Case[] = [
	explains('two clients of one bridge', BRIDGED_LINE, {
		goes_by: LAN_END,
		reasons: [{ code: 'bridged', device: 'br-lan' }],
		checked: RULES_CHECKED
	}),
	explains(
		'the same where the bridge hands its packets to firewall4, whose rule marks them: no hook is at its ports',
		{ ...BRIDGED_LINE, mark: '[OFFLOAD]', head: '' },
		{
			goes_by: LAN_END,
			reasons: [{ code: 'bridged', device: 'br-lan' }],
			checked: ['table', 'flowtable', 'routes', 'coverage']
		}
	),
	explains(
		'marked, and the ports are hooked: the flowtable takes it',
		{ ...BRIDGED_LINE, mark: '[OFFLOAD]', head: '' },
		{
			goes_by: LAN_END,
			reasons: [{ code: 'offloaded', path: 'software', one_way: false }],
			checked: ['table', 'flowtable', 'routes', 'coverage']
		},
		{ '/run/virtual-kernel/flowtables': flowtable('devices = { "lan1", "lan2", "wan" }', 'counter') }
	),
	explains(
		'marked, and a flowtable for bridged packets takes it (openwrt PR 24038)',
		{ ...BRIDGED_LINE, mark: '[OFFLOAD]', head: '' },
		{
			goes_by: LAN_END,
			reasons: [{ code: 'offloaded', path: 'software', one_way: false }],
			checked: ['table', 'flowtable', 'routes', 'coverage']
		},
		FOR_BRIDGES
	),
	explains(
		'not marked yet, and a flowtable for bridged packets may take it',
		BRIDGED_LINE,
		{ ...UNKNOWN, goes_by: LAN_END },
		FOR_BRIDGES
	),
	explains(
		'two networks on one bridge are routed',
		{ to: '192.168.2.60', back: ['192.168.2.60', CLIENT] },
		{ ...UNKNOWN, goes_by: LAN_END },
		{
			'/run/virtual-kernel/routes':
				'192.168.1.* unicast dev br-lan  src 192.168.1.1\n192.168.2.* unicast dev br-lan  src 192.168.2.1\n'
		}
	),
	explains(
		"a client that reaches another by the router's outer address is routed, too (reflection)",
		{ to: OUTSIDE, back: ['192.168.1.60', '192.168.1.1'] },
		{ ...UNKNOWN, goes_by: LAN_END }
	)
];

const POLICIES = (direction: string, template: boolean): string =>
	`#!/bin/sh\n[ "$*" = 'xfrm policy' ] && cat <<'END'\nsrc 192.168.1.0/24 dst 10.9.0.0/16 \n\tdir fwd action block priority 100 ptype main \nsrc 192.168.1.0/24 dst 198.51.100.0/24 proto tcp dport 443 \n\tdir ${direction} priority 100 ptype main \n${template ? '\ttmpl src 203.0.113.2 dst 198.51.100.9\n\t\tproto esp reqid 1 mode tunnel\n' : ''}END\n`;
const WITH_IPSEC = [
	'table',
	'flowtable',
	'routes',
	'addresses',
	'protocol',
	'ipsec',
	...ALL_CHECKED.slice(5)
];
const IPSEC: readonly Case[] = [
	explains(
		'a policy that has it go through a tunnel',
		GOING,
		{ reasons: [{ code: 'ipsec' }], checked: WITH_IPSEC.slice(0, 8) },
		{
			'/usr/libexec/ip-full': POLICIES('out', true)
		}
	),
	explains(
		'one for another port',
		{ ports: [40000, 80] },
		{ ...UNKNOWN, checked: WITH_IPSEC },
		{ '/usr/libexec/ip-full': POLICIES('out', true) }
	),
	explains(
		'one that lets it pass as it is',
		GOING,
		{ ...UNKNOWN, checked: WITH_IPSEC },
		{ '/usr/libexec/ip-full': POLICIES('out', false) }
	),
	explains(
		'one for what comes in',
		GOING,
		{ ...UNKNOWN, checked: WITH_IPSEC },
		{ '/usr/libexec/ip-full': POLICIES('fwd', true) }
	)
];

const STATE: readonly Case[] = [
	explains(
		'TCP that nobody has answered',
		{ head: '119 SYN_SENT', replied: false, packets: [3, 0], mark: '' },
		{ reasons: [{ code: 'one_direction' }], checked: STATE_CHECKED }
	),
	explains(
		'TCP that begins',
		{ head: '59 SYN_RECV', packets: [1, 1], mark: '' },
		{ reasons: [{ code: 'tcp_state', state: 'SYN_RECV' }], checked: STATE_CHECKED }
	),
	explains(
		'TCP that has ended',
		{ head: '119 TIME_WAIT' },
		{ reasons: [{ code: 'tcp_state', state: 'TIME_WAIT' }], checked: STATE_CHECKED }
	),
	explains(
		'UDP without an answer may be offloaded all the same',
		{ protocol: 'udp', head: '59', replied: false, packets: [20, 0], mark: '' },
		UNKNOWN
	)
];

/** A zone whose layer 3 device lies above what is hooked. */
const ABOVE: Files = {
	'/var/run/fw4.state': state('br-lan', 'far9'),
	'/sys/class/net/far9/uevent': 'DEVTYPE=vlan\nINTERFACE=far9\n',
	'/sys/class/net/far9/lower_wan.7': '',
	'/sys/class/net/wan.7/uevent': 'DEVTYPE=vlan\nINTERFACE=wan.7\n',
	'/sys/class/net/wan.7/lower_wan': '',
	'/run/virtual-kernel/flowtables': flowtable('devices = { "br-lan", "wan.7" }', 'counter'),
	'/run/virtual-kernel/routes':
		'192.168.1.* unicast dev br-lan  src 192.168.1.1\n* unicast via 10.0.0.1 dev far9  src 203.0.113.2\n',
	'/proc/net/route': String(HEALTHY['/proc/net/route']).replaceAll('wan\t', 'far9\t')
};
const FAR_END = { device: 'far9', zone: 'wan' };
const UNCOVERED = { code: 'not_covered', device: 'far9', missing: ['wan'] };
const COVERAGE: readonly Case[] = [
	explains(
		'marked, and its download enters where no hook is',
		{ mark: '[OFFLOAD]', head: '' },
		{ goes_by: FAR_END, reasons: [UNCOVERED], checked: ['table', 'flowtable', 'routes', 'coverage'] },
		ABOVE
	),
	explains(
		'not marked: kernels of 2026 do not take what they cannot take whole',
		GOING,
		{ goes_by: FAR_END, reasons: [UNCOVERED] },
		ABOVE
	),
	explains(
		'another uplink without a hook, by which it does not go',
		{ mark: '[OFFLOAD]', head: '' },
		{
			reasons: [{ code: 'offloaded', path: 'software', one_way: false }],
			checked: ['table', 'flowtable', 'routes', 'coverage']
		},
		{
			...ABOVE,
			'/var/run/fw4.state': state('br-lan', 'wan', 'far9'),
			'/run/virtual-kernel/flowtables': flowtable('devices = { "br-lan", "wan" }', 'counter'),
			'/sys/class/net/far9/lower_wan.7': null,
			'/sys/class/net/far9/lower_wwan0': '',
			'/sys/class/net/wwan0/uevent': 'INTERFACE=wwan0\n',
			'/run/virtual-kernel/routes': String(OFFLOADING['/run/virtual-kernel/routes'])
		}
	),
	explains(
		'rules by mark: nobody knows by which uplink it goes, and nothing is said of one',
		{ mark: '[OFFLOAD]', head: '' },
		{
			goes_by: null,
			reasons: [{ code: 'offloaded', path: 'software', one_way: false }],
			checked: ['table', 'flowtable', 'routes', 'coverage']
		},
		{ ...ABOVE, '/run/virtual-kernel/rules': '2001:\tfrom all fwmark 0x100/0x3f00 lookup 1\n' }
	)
];

const MARKED: Line = { mark: '[OFFLOAD]', head: '' };
const MARKED_CHECKED = ['table', 'flowtable', 'routes', 'coverage'];
const BY_TUN = '* unicast via 10.8.0.1 dev tun0  src 10.8.0.2\n';
/** Everything goes by OpenVPN's device, which is in no flowtable: seen on 25.12.2, all of a download's packets on the CPU. */
const byTunnel = (memory: Files): Files => ({
	...TUN,
	...memory,
	'/run/virtual-kernel/routes': `192.168.1.* unicast dev br-lan  src 192.168.1.1\n${BY_TUN}`
});
const onTunnel = (zone: string | null): Expected => ({
	goes_by: { device: 'tun0', zone },
	reasons: [{ code: 'not_covered', device: 'tun0', missing: ['tun0'] }],
	checked: MARKED_CHECKED
});
const TUNNELS: readonly Case[] = [
	explains(
		'by a device that its zone has as `tun+`',
		MARKED,
		onTunnel('vpn'),
		byTunnel({ '/var/run/fw4.state': stateWith('vpn', { devices_pos: ['tun*'] }) })
	),
	explains(
		'by a device that its zone has by a subnet alone',
		MARKED,
		onTunnel(null),
		byTunnel({
			'/var/run/fw4.state': stateWith('vpn', { family: 4, subnets_pos: ['10.8.0.0/24'] })
		})
	),
	explains('by a device in no zone, since the defaults let it through', MARKED, onTunnel(null), byTunnel({})),
	explains(
		'by none of two ends in zones: each is named',
		MARKED,
		{
			...onTunnel(null),
			comes_by: { device: 'tun1', zone: null },
			reasons: [
				{ code: 'not_covered', device: 'tun1', missing: ['tun1'] },
				{ code: 'not_covered', device: 'tun0', missing: ['tun0'] }
			]
		},
		{
			...byTunnel({}),
			'/sys/class/net/tun1/uevent': 'INTERFACE=tun1\n',
			'/run/virtual-kernel/routes': `192.168.1.* unicast dev tun1  src 192.168.1.1\n${BY_TUN}`
		}
	)
];

const LAN_ROUTE = '192.168.1.* unicast dev br-lan  src 192.168.1.1\n';
const WAN_ROUTE = '* unicast via 10.0.0.1 dev wan  src 203.0.113.2\n';
/** Routes, and rules of which the first that fits a sender and its device leads elsewhere. */
const routed = (rules: string, ...routes: readonly string[]): Files => ({
	...TUN,
	'/run/virtual-kernel/rules': rules,
	'/run/virtual-kernel/routes': routes.join('')
});
const FROM_CLIENT = `*<${CLIENT}%br-lan unicast via 10.8.0.1 dev tun0\n`;
const CLIENT6 = 'fd00:0001:0000:0000:0000:0000:0000:0050';
const SERVER6 = '2001:0db8:0000:0000:0000:0000:0000:0009';
const V6: Line = { from: CLIENT6, to: SERVER6, back: [SERVER6, CLIENT6] };
/** The kernel is asked as for a packet that it forwards: an address alone says no way, or another, where the sender counts. */
const BY_SENDER: readonly Case[] = [
	explains(
		'a rule for its sender leads into a tunnel, and the main table elsewhere',
		MARKED,
		onTunnel(null),
		routed(`100:\tfrom ${CLIENT} lookup 100\n`, FROM_CLIENT, LAN_ROUTE, WAN_ROUTE)
	),
	explains(
		'the same for another sender: the main table counts',
		MARKED,
		{ reasons: [{ code: 'offloaded', path: 'software', one_way: false }], checked: MARKED_CHECKED },
		routed('100:\tfrom 192.168.1.51 lookup 100\n', FROM_CLIENT.replace('.50%', '.51%'), LAN_ROUTE, WAN_ROUTE)
	),
	explains(
		'a rule for what comes by its device, as netifd writes them',
		MARKED,
		onTunnel(null),
		routed('1001:\tfrom all iif br-lan lookup 1\n', FROM_CLIENT.replace(CLIENT, '*'), LAN_ROUTE, WAN_ROUTE)
	),
	explains(
		'IPv6 whose default route is for its prefix alone, as netifd writes it',
		{ ...V6, ...MARKED },
		onTunnel(null),
		routed(
			'',
			'fd00:1:* unicast from :: dev br-lan  src fd00:1::1  metric 256\n',
			'*:*<fd00:1:* unicast via fe80::1 dev tun0  metric 512\n'
		)
	),
	explains(
		'the same from outside: only its answers tell by which uplink it comes',
		{ ...MARKED, from: SERVER6, to: CLIENT6, back: [CLIENT6, SERVER6] },
		{ ...onTunnel(null), comes_by: { device: 'tun0', zone: null }, goes_by: LAN_END },
		routed(
			'',
			'fd00:1:* unicast from :: dev br-lan  src fd00:1::1  metric 256\n',
			'*:*<fd00:1:* unicast via fe80::1 dev tun0  metric 512\n'
		)
	),
	explains(
		'a forwarded port that is reached by the uplink by which its answers go',
		{
			...MARKED,
			from: SERVER,
			to: OUTSIDE,
			ports: [50000, 80],
			back: [CLIENT, SERVER],
			backPorts: [80, 50000]
		},
		{ ...onTunnel(null), comes_by: { device: 'tun0', zone: null }, goes_by: LAN_END },
		routed(`100:\tfrom ${CLIENT} lookup 100\n`, FROM_CLIENT, LAN_ROUTE, WAN_ROUTE)
	),
	explains(
		'two clients of one bridge, of which one is sent into a tunnel by whatever it asks the router for',
		BRIDGED_LINE,
		{ goes_by: LAN_END, reasons: [{ code: 'bridged', device: 'br-lan' }], checked: RULES_CHECKED },
		routed(`100:\tfrom ${CLIENT} lookup 100\n`, FROM_CLIENT, LAN_ROUTE, WAN_ROUTE)
	),
	explains(
		"Tailscale's mark is on its own packets alone",
		MARKED,
		{ reasons: [{ code: 'offloaded', path: 'software', one_way: false }], checked: MARKED_CHECKED },
		{ '/run/virtual-kernel/rules': '5210:\tfrom all fwmark 0x80000/0xff0000 lookup main\n' }
	)
];

const KEY = `tcp ${CLIENT} dst=${SERVER} sport=40000 dport=443`;
/** That the usual connection was seen marked, so many seconds ago, with the flowtable of this handle. */
const once = (seconds: number, handle = 651): Files => ({
	'/var/run/nft-offload/once.json': () =>
		JSON.stringify({ handle, marked: { [KEY]: monotonic() - seconds * 1000 } })
});
/** A look that knows it as marked. */
const seenMarked = (seconds: number): Files => ({
	'/var/run/nft-offload/seen.json': () => {
		const at = monotonic() - seconds * 1000;
		return JSON.stringify({ at_ms: at, handle: 651, since_ms: at, known: { [KEY]: [at, 500, at] } });
	}
});
const TIMED_OUT = { reasons: [{ code: 'timed_out', seconds: 30 }] };
const idle = (seconds: number): Expected => ({ reasons: [{ code: 'idle', seconds }] });
const TIME: readonly Case[] = [
	explains('paused after it was offloaded', { head: '7390 ESTABLISHED' }, TIMED_OUT, once(45)),
	explains(
		'the same, of which the look before knew',
		{ head: '7390 ESTABLISHED' },
		TIMED_OUT,
		seenMarked(45)
	),
	explains('the same, long after anybody looked', { head: '6000 ESTABLISHED' }, TIMED_OUT, seenMarked(1400)),
	explains('asked for twice', { head: '7390 ESTABLISHED' }, TIMED_OUT, seenMarked(45), { times: 3 }),
	explains(
		'UDP, whose pause counts from another time',
		{ protocol: 'udp', head: '140' },
		{
			reasons: [{ code: 'timed_out', seconds: 30 }]
		},
		{
			'/var/run/nft-offload/once.json': () =>
				JSON.stringify({ handle: 651, marked: { [KEY.replace('tcp', 'udp')]: monotonic() - 45000 } })
		}
	),
	explains(
		'once offloaded, and going on without: not timed out',
		{ head: '7430 ESTABLISHED' },
		UNKNOWN,
		once(45)
	),
	explains(
		'offloaded with the flowtable of before a reload',
		{ head: '7390 ESTABLISHED' },
		idle(50),
		once(45, 650)
	),
	explains('paused, and nobody has seen it offloaded', { head: '7390 ESTABLISHED' }, idle(50)),
	explains(
		'paused for a longer time than the kernel gives data without an answer',
		{ head: '250 ESTABLISHED' },
		idle(50)
	),
	explains('a moment ago', { head: '7420 ESTABLISHED' }, UNKNOWN),
	explains(
		'nothing since the firewall was loaded, a moment ago',
		{ head: '7431 ESTABLISHED' },
		idle(9),
		{},
		{ older: [] }
	),
	explains(
		'a question without an answer',
		{ protocol: 'udp', head: '58', replied: false, packets: [1, 0], mark: '' },
		{ reasons: [{ code: 'few_packets', packets: 1 }] }
	),
	explains(
		'a question and its answer',
		{ protocol: 'udp', head: '58', packets: [1, 1], mark: '' },
		{ reasons: [{ code: 'few_packets', packets: 2 }] }
	)
];

const PORTS: Files = {
	...asks(HARDWARE, IN_HARDWARE),
	'/sys/class/net/lan1/lower_eth0': '',
	'/sys/class/net/lan2/lower_eth0': ''
};
const BIND = (way: string): string =>
	`003f2 BND IPv4 5T orig=${way} new=${way} eth=00:00:00:00:00:00->00:00:00:00:00:00 etype=0000 vlan=0,0 ib1=00000000 ib2=00000000\n`;
const THERE = BIND(`${CLIENT}:40000->${SERVER}:443`);
const BACK = BIND(`${SERVER}:443->${OUTSIDE}:40000`);
const inHardware = (name: string, table: string | null, one_way: boolean | null): Case =>
	explains(
		name,
		{ mark: '[HW_OFFLOAD]', head: '' },
		{
			reasons: [{ code: 'offloaded', path: 'hardware', one_way }],
			checked: ['table', 'flowtable', 'routes', 'coverage']
		},
		{ ...PORTS, ...(table === null ? {} : { '/sys/kernel/debug/ppe0/bind': table }) },
		{ bus: [ENGINES(true)] }
	);
const IN_ENGINE: readonly Case[] = [
	inHardware('in hardware, both directions', THERE + BACK, false),
	inHardware('in hardware in one direction alone', BACK, true),
	inHardware('in hardware, and no table tells of directions', null, null)
];

const SHORT_V6: Line = { from: 'fd00:1::50', to: '2001:db8::9', back: ['2001:db8::9', 'fd00:1::50'] };
const READING: readonly Case[] = [
	explains('IPv6, as the kernel writes it', V6, UNKNOWN),
	explains('IPv6, as the conntrack program writes it', SHORT_V6, UNKNOWN, {
		'/proc/net/nf_conntrack': null,
		'/usr/sbin/conntrack': `#!/bin/sh\ncat <<'END'\n${line(SHORT_V6)}END\n`
	}),
	explains(
		'asked for in the long form',
		SHORT_V6,
		UNKNOWN,
		{ '/proc/net/nf_conntrack': line(V6) },
		{ input: { ...asking(), family: 'ipv6', source: V6.from, destination: V6.to } }
	),
	{
		name: 'no list of connections',
		files: { ...OFFLOADING, '/proc/net/nf_conntrack': null },
		method: 'explain_flow',
		input: asking(),
		expected: { problem: 'no_conntrack', install: 'conntrack' }
	},
	explains('a list cut off and with binary in it', GOING, UNKNOWN, {
		'/proc/net/nf_conntrack': Buffer.concat([
			Buffer.from(`\x00\xff src=${CLIENT} dst=${SERVER} \n${line().slice(0, 90)}\n`, 'latin1'),
			Buffer.from(line())
		])
	}),
	explains(
		'ip that prints nonsense',
		GOING,
		{
			...UNKNOWN,
			comes_by: null,
			goes_by: null,
			checked: ALL_CHECKED.filter((check) => check !== 'routes' && check !== 'coverage')
		},
		{
			'/sbin/ip': '#!/bin/sh\necho "8.8.8.8 dev ../../etc via"; echo "dev wan"\n'
		}
	),
	explains(
		'no ip at all',
		GOING,
		{
			...UNKNOWN,
			comes_by: null,
			goes_by: null,
			checked: ALL_CHECKED.filter((check) => check !== 'routes' && check !== 'coverage')
		},
		{ '/sbin/ip': null }
	)
];

const invalid = (name: string, input: object, argument: string, expected: string): Case => ({
	name,
	files: HEALTHY,
	method: 'explain_flow',
	input,
	expected: { problem: 'invalid_argument', argument, expected }
});
const REFUSED: readonly Case[] = [
	invalid('nothing given', {}, 'family', 'to be given'),
	invalid(
		'TCP without a port',
		{ ...asking(), destination_port: undefined },
		'destination_port',
		'to be given'
	),
	invalid('an address of the other family', { ...asking(), family: 'ipv6' }, 'source', 'an address of ipv6'),
	invalid(
		'a command in the place of an address',
		{ ...asking(), source: '1.1.1.1; reboot' },
		'source',
		'an IP address'
	),
	invalid(
		'an option in the place of an address',
		{ ...asking(), destination: '-6' },
		'destination',
		'an IP address'
	),
	invalid(
		'an address with a device',
		{ ...asking(), family: 'ipv6', source: 'fe80::1%wan' },
		'source',
		'an IP address'
	),
	invalid(
		'a port too high',
		{ ...asking(), source_port: 65536 },
		'source_port',
		'a whole number from 0 to 65535'
	)
];

export const EXPLAIN_CASES: readonly Case[] = [
	...ON_ITS_WAY,
	...GONE,
	...LOCAL,
	...PROTOCOL,
	...HELPER,
	...BRIDGED,
	...IPSEC,
	...STATE,
	...COVERAGE,
	...TUNNELS,
	...BY_SENDER,
	...TIME,
	...IN_ENGINE,
	...READING,
	...REFUSED
];
