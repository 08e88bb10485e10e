// SPDX-License-Identifier: Apache-2.0
/** The command of a terminal, over replies as the plugin gives them: what it prints, and by which status it ends. */
import { describe, expect, test } from 'vitest';
import type {
	Change,
	Comparison,
	Diagnosis,
	Flow,
	Flows,
	FlowExplanation,
	FlowReason,
	Policy,
	Status
} from '../../rpcd/api/index.ts';
import type { Files } from './case.ts';
import { HEALTHY_STATUS } from './router.ts';
import { COMPARISON, SHAPER } from './samples.ts';
import { allTiers } from './tiers.ts';

const PLUGIN = `#!/bin/sh
given=$(cat)
if [ -e "$ROUTER_ROOT/replies/$2.refused" ]; then
	printf '{"problem":"refused","asked":%s}' "$given"
	exit
fi
[ ! -e "$ROUTER_ROOT/asks" ] || case "$2$given" in
get_flows* | "explain_flow$(cat "$ROUTER_ROOT/asks")") ;;
*) exit 1 ;;
esac
for reply in "$ROUTER_ROOT/replies/$2" "$ROUTER_ROOT/replies/$2.then"; do
	[ -e "$reply" ] || continue
	cat "$reply"
	[ ! -e "$reply.then" ] || rm "$reply"
	exit
done
echo '{"problem":"unknown_method"}'
`;

type Replies = Record<string, object>;

/** A router whose plugin answers so, of a connection only where it is asked so. What is named `start_change.refused` is refused with what was asked. What is named `get_change.then` is answered from the second time on. */
const router = (replies: Replies, asks?: string): Files => ({
	'/usr/libexec/rpcd/luci.nft-offload': PLUGIN,
	...(asks !== undefined && { '/asks': asks }),
	...Object.fromEntries(
		Object.entries(replies).map(([method, reply]) => [`/replies/${method}`, JSON.stringify(reply)])
	)
});

const STATUS = { ...HEALTHY_STATUS, took_us: 1 } as unknown as Status;
const NOTHING: Diagnosis = { chains: [], findings: [], policy: false, unanswered: [], took_us: 1 };
const SHAPED: Diagnosis = {
	...NOTHING,
	chains: [
		{
			interfaces: ['wan'],
			zone: 'wan',
			side: 'wan',
			links: [
				{
					device: 'wan',
					above: null,
					kind: 'ethernet',
					up: true,
					hooked: true,
					enters: { path: 'hardware' },
					engine: 'yes'
				}
			]
		}
	],
	findings: [SHAPER]
};
const UPLINK: Status = { ...STATUS, verdict: { code: 'uplink_not_covered', devices: ['pppoe-wan'] } };
const STOPPED: Status = { ...STATUS, verdict: { code: 'firewall_stopped' } };

const NFT_GONE = { ...STATUS.effective, loaded: false, error: 'nft: not found' };
const MAYBE = { option: 'flow_offloading', value: 'maybe' };
const REFUSED: Status = {
	...STATUS,
	requested: { readable: true, mode: 'off', hardware_alone: false, refused: MAYBE },
	verdict: { code: 'option_refused', ...MAYBE }
};
const HARDWARE_ALONE: Status = {
	...STATUS,
	requested: { readable: true, mode: 'off', hardware_alone: true, refused: null }
};

const FLOW: Flow = {
	family: 'ipv4',
	protocol: 'tcp',
	path: 'cpu',
	state: 'ESTABLISHED',
	timeout: 7400,
	replied: true,
	original: {
		source: '192.168.1.2',
		source_port: 40000,
		destination: '198.51.100.7',
		destination_port: 21,
		packets: 10,
		bytes: 1500
	},
	reply: {
		source: '198.51.100.7',
		source_port: 21,
		destination: '203.0.113.5',
		destination_port: 40000,
		packets: 9,
		bytes: 1_500_000
	}
};
const total = (flows: number, bytes: number) => ({ flows, bytes, packets: flows });
const FLOWS: Flows = {
	totals: { cpu: total(1, 1_501_500), software: total(2, 5_000_000_000), hardware: total(0, 0) },
	matched: total(3, 1),
	flows: [FLOW],
	skipped: 0,
	source: 'procfs',
	took_us: 1
};
const EXPLAINED: FlowExplanation = {
	flow: FLOW,
	comes_by: null,
	goes_by: null,
	reasons: [{ code: 'helper', helper: 'ftp', chain: 'helper_lan', rule: 'tcp dport 21 ct helper set "ftp"' }],
	checked: ['helpers'],
	took_us: 1
};

const NO_FLOWS: Flows = { ...FLOWS, flows: [] };
const UNCOVERED: FlowReason = { code: 'not_covered', device: 'wg0', missing: ['wg0'] };
const NO_WAY: FlowReason = { code: 'no_forwarding', source_zone: 'guest', destination_zone: 'wan' };
const GUEST_END = { device: 'br-guest', zone: 'guest' };
const WAN_END = { device: 'wan', zone: 'wan' };
const GONE: FlowReason = { code: 'gone' };

const REPORT = {
	id: 7,
	mode: 'software' as const,
	previous: 'off' as const,
	options: { flow_offloading: '1', flow_offloading_hw: null },
	previous_options: { flow_offloading: null, flow_offloading_hw: null },
	way_back: null,
	by: null,
	trial: false,
	seconds: 120
};
const PROVED: Change = {
	state: 'proving',
	report: REPORT,
	seconds_left: 100,
	proof: { lacks: null, looks: 3, needed: 3, connections: 4, others: 1 }
};
const KEPT: Change = { state: 'ended', report: REPORT, outcome: { code: 'kept', by: null, proved: true } };
const BACK: Change = {
	state: 'ended',
	report: REPORT,
	outcome: { code: 'reverted', reason: { code: 'time_over' }, loaded: true }
};

const phase = (mode: 'off' | 'software', cost: number, busy: number) => ({
	mode,
	lasted: 20_100,
	clock: 0,
	counted_by: 'devices' as const,
	received: 203_400_000,
	sent: 4_100_000,
	packets: 18_000,
	inside: 207_500_000,
	busy,
	programs: 120,
	cores: [{ busy, softirq: busy - 100 }],
	software: mode === 'software' ? 9950 : 0,
	hardware: 0,
	local: 20,
	unseen: 0,
	cut_off: 0,
	cost,
	latency: mode === 'off' ? 1250 : null
});
const COMPARING: Comparison = {
	state: 'running',
	report: { ...COMPARISON, by: null },
	step: 'waiting',
	seconds_left: 100,
	passing: null
};
const COMPARED: Comparison = {
	state: 'ended',
	report: {
		...COMPARING.report,
		change: 7,
		phases: [phase('off', 3100, 6432), phase('software', 604, 1253)]
	},
	answer: { code: 'compared', limit: 'router', better: true, kept: false }
};
const SLOW: Comparison = {
	...COMPARED,
	report: { ...COMPARED.report, phases: [phase('off', 31_000, 10_000), phase('software', 6040, 9900)] }
};
const DOUBTED: Comparison = {
	state: 'ended',
	report: COMPARING.report,
	answer: { code: 'cannot_tell', doubt: { cause: 'too_little', least: 10_000_000 } }
};

const POLICY: Policy = {
	rules: [
		{ name: 'Box', clients: ['192.168.1.30'] },
		{ name: 'Voice', dscp: ['EF'], src: 'lan' }
	],
	fault: null,
	force: { state: 'in_force' },
	kept: [2, null],
	escaped: 0,
	whole: true,
	text: '',
	took_us: 1
};
const POLICY_REPLIES: Replies = { get_policy: POLICY, get_status: STATUS, 'start_change.refused': {} };

/** What the words make of the policy, as the plugin is asked for it. */
const policyStory = (words: readonly string[], asked: string): Story => ({
	name: words.join(' '),
	replies: POLICY_REPLIES,
	words,
	status: 3,
	complains: `"policy": [ ${asked}`
});
const OLD_BOX = '{ "name": "Box", "clients": [ "192.168.1.30" ] }';
const VOICE = '{ "name": "Voice", "dscp": [ "EF" ], "src": "lan" }';

interface Story {
	name: string;
	replies: Replies;
	words: readonly string[];
	status: number;
	/** Parts of what is printed, in this order. */
	says?: readonly string[];
	complains?: string;
	/** What explain_flow is asked. */
	asks?: string;
}

const STORIES: readonly Story[] = [
	{
		name: 'all is as asked for',
		replies: { get_status: STATUS, get_diagnosis: NOTHING },
		words: ['status'],
		status: 0,
		says: ['As configured: flow offloading is off', 'Configured', 'Off']
	},
	{
		name: 'an uplink is not covered',
		replies: { get_status: UPLINK, get_diagnosis: NOTHING },
		words: ['status'],
		status: 1,
		says: ['pppoe-wan']
	},
	{
		name: 'the firewall is stopped',
		replies: { get_status: STOPPED, get_diagnosis: NOTHING },
		words: ['status'],
		status: 2,
		says: ['not running']
	},
	{
		name: 'a finding alone is not as asked for, either',
		replies: { get_status: STATUS, get_diagnosis: SHAPED },
		words: ['status'],
		status: 1,
		says: ['As configured', 'warning', 'shaped: cake on wan (sqm)']
	},
	{
		name: 'for a script',
		replies: { get_status: UPLINK, get_diagnosis: NOTHING },
		words: ['--json', 'status'],
		status: 1,
		says: ['"verdict": { "code": "uplink_not_covered"']
	},
	{
		name: 'a finding is the same to a script',
		replies: { get_status: STATUS, get_diagnosis: SHAPED },
		words: ['--json', 'status'],
		status: 1,
		says: ['"code": "shaped"']
	},
	{
		name: 'the router refuses',
		replies: { get_status: { problem: 'no_answer', program: '/usr/sbin/nft' } },
		words: ['status'],
		status: 3,
		complains: 'nft-offload: no_answer (program: "/usr/sbin/nft")\n'
	},
	{
		name: 'nothing holds packets back',
		replies: { get_status: STATUS, get_diagnosis: NOTHING },
		words: ['why'],
		status: 0,
		says: ['Nothing found.']
	},
	...[
		{ name: 'the firewall is stopped', told: STOPPED, status: 2, says: 'not running' },
		{
			name: 'nft is not there',
			told: { ...STATUS, effective: NFT_GONE, verdict: { code: 'nft_failed' as const } },
			status: 3,
			says: 'nft could not be asked: nft: not found'
		}
	].map(({ name, told, status, says }) => ({
		name: `what holds all packets back is no finding, and is told first: ${name}`,
		replies: { get_status: told, get_diagnosis: NOTHING },
		words: ['why'],
		status,
		says: [says]
	})),
	{
		name: 'nobody says that nothing is set up where nft does not tell',
		replies: {
			get_status: { ...STATUS, effective: NFT_GONE, verdict: { code: 'nft_failed' } },
			get_diagnosis: NOTHING
		},
		words: ['status'],
		status: 3,
		says: ['Configured    Off', 'Set up        unknown']
	},
	{
		name: 'nor that Off was chosen where firewall4 dies of the value',
		replies: { get_status: REFUSED, get_diagnosis: NOTHING },
		words: ['status'],
		status: 2,
		says: ['"maybe"', 'Configured    refused']
	},
	{
		name: 'hardware without offloading itself is not as configured',
		replies: { get_status: HARDWARE_ALONE, get_diagnosis: NOTHING },
		words: ['status'],
		status: 1,
		says: ['firewall4 ignores it']
	},
	{
		name: 'why the connections of a client are where they are',
		replies: { get_flows: FLOWS, explain_flow: EXPLAINED },
		words: ['why', '192.168.1.2'],
		status: 0,
		says: ['tcp 192.168.1.2:40000 > 198.51.100.7:21: the helper ftp']
	},
	{
		name: 'what was checked where nothing explains it',
		replies: { get_flows: FLOWS, explain_flow: { ...EXPLAINED, reasons: [] } },
		words: ['why', '192.168.1.2'],
		status: 1,
		says: ['unknown; checked: helpers']
	},
	...[[], ['--json']].map((options) => ({
		name: `a client that the router itself holds back ends otherwise than one that it does not: ${options.join('')}`,
		replies: { get_flows: FLOWS, explain_flow: { ...EXPLAINED, reasons: [UNCOVERED] } },
		words: [...options, 'why', '192.168.1.2'],
		status: 1,
		says: ['wg0']
	})),
	{
		name: 'a client of which nothing comes through the firewall',
		replies: {
			get_flows: NO_FLOWS,
			explain_flow: { ...EXPLAINED, flow: null, reasons: [NO_WAY], comes_by: GUEST_END, goes_by: WAN_END }
		},
		words: ['why', '192.168.3.2'],
		status: 1,
		says: ['No connection from or to 192.168.3.2: no forwarding from guest to wan.'],
		asks: '{ "family": "ipv4", "protocol": "icmp", "source": "192.168.3.2", "destination": "192.0.2.1" }'
	},
	{
		name: 'an address outside is no client that the firewall holds back',
		replies: {
			get_flows: NO_FLOWS,
			explain_flow: {
				...EXPLAINED,
				flow: null,
				reasons: [{ ...NO_WAY, source_zone: 'wan' }],
				comes_by: WAN_END,
				goes_by: WAN_END
			}
		},
		words: ['why', '198.51.100.7'],
		status: 0,
		says: ['No connection from or to 198.51.100.7.']
	},
	{
		name: 'a client that has no connection just now',
		replies: { get_flows: NO_FLOWS, explain_flow: { ...EXPLAINED, flow: null, reasons: [GONE] } },
		words: ['why', 'fd00::2'],
		status: 0,
		says: ['No connection from or to fd00::2.'],
		asks: '{ "family": "ipv6", "protocol": "icmpv6", "source": "fd00::2", "destination": "2001:db8::1" }'
	},
	{
		name: 'the connections',
		replies: { get_flows: FLOWS },
		words: ['flows'],
		status: 0,
		says: ['2 connections, 4.7 GiB', 'cpu', '1.4 MiB']
	},
	{
		name: 'a change that is proved is kept',
		replies: { start_change: PROVED, keep_change: KEPT, get_change: KEPT },
		words: ['change', 'software'],
		status: 0,
		says: ['proved: 4 connections', 'Software was kept by the command line.']
	},
	{
		name: 'a change that nobody keeps goes back',
		replies: {
			start_change: { ...PROVED, proof: { ...PROVED.proof, lacks: 'connections' } },
			get_change: BACK
		},
		words: ['change', 'software'],
		status: 1,
		says: ['no proof yet (connections)', 'Went back from Software to Off: nobody kept it in time.']
	},
	{
		name: 'a trial is not kept by itself',
		replies: { start_change: { ...PROVED, report: { ...REPORT, trial: true } } },
		words: ['change', 'software', '--trial', '--seconds', '3600'],
		status: 0,
		says: ['change keep']
	},
	{
		name: 'a change is taken back',
		replies: { get_change: PROVED, undo_change: BACK },
		words: ['change', 'undo'],
		status: 0,
		says: ['Went back']
	},
	{
		name: 'a word that nobody knows',
		replies: { get_change: KEPT },
		words: ['change', 'sideways'],
		status: 64,
		complains: 'Usage: '
	},
	{
		name: 'a rule that there is none of is named, and nothing is begun',
		replies: POLICY_REPLIES,
		words: ['policy', 'remove', 'Bix'],
		status: 64,
		complains: 'No rule is called "Bix".'
	},
	...[
		['change', 'off', '--trail'],
		['change', 'software', '--secnds', '3'],
		['change', 'software', '--seconds'],
		['change', 'software', '--seconds', '3m'],
		['change', 'software', 'hardware'],
		['change', 'keep', '--trial'],
		['compare', 'software', '--trial'],
		['compare', 'stop', '--keep'],
		['report', '--address'],
		['status', 'extra'],
		['why', '192.168.1.2', '192.168.1.3'],
		['why', 'laptop'],
		['flows', '192.168.1'],
		['policy', 'sideways'],
		['policy', 'remove'],
		['policy', 'remove', 'Box', '--client', '192.168.1.30'],
		['policy', '--client', '192.168.1.30'],
		['policy', 'keep', 'Box', '--client'],
		['policy', 'keep', 'Box', '--client', '--tcp'],
		['policy', 'keep', 'Box', '--first', 'x'],
		['policy', 'keep', 'Box', '192.168.1.30'],
		['policy', 'keep', 'Box', '--src', 'lan', '--src', 'guest'],
		['policy', 'disable', 'Box', '--tcp', '--trial']
	].map((words) => ({
		name: `a slip of the pen begins nothing: ${words.join(' ')}`,
		replies: words[0] === 'policy' ? POLICY_REPLIES : {},
		words,
		status: 64,
		complains: 'Usage: '
	})),
	{
		name: 'the policy',
		replies: POLICY_REPLIES,
		words: ['policy'],
		status: 0,
		says: ['In force.', 'Box: of 192.168.1.30 (keeps 2 connections)', 'with DSCP EF (not counted)']
	},
	policyStory(
		[
			...['policy', 'keep', 'Box', '--client', '10.0.0.1', '--client', 'fd00::/64', '--to', '192.0.2.1'],
			...['--port', '443', '--tcp', '--ipv4', '--first', '30']
		],
		`${VOICE}, { "name": "Box", "family": "ipv4", "protocol": "tcp", "clients": [ "10.0.0.1", "fd00::/64" ], "destinations": [ "192.0.2.1" ], "ports": [ "443" ], "first_packets": 30 }`
	),
	policyStory(
		[
			...['policy', 'keep', 'New', '--mac', '02:00:00:00:00:50', '--dscp', 'CS1'],
			...['--src', 'lan', '--dest', 'wan', '--mark', '0x1', '--udp', '--tcp']
		],
		`${OLD_BOX}, ${VOICE}, { "name": "New", "macs": [ "02:00:00:00:00:50" ], "dscp": [ "CS1" ], "src": "lan", "dest": "wan", "mark": "0x1" }`
	),
	policyStory(['policy', 'remove', 'Box'], VOICE),
	policyStory(
		['policy', 'disable', 'Voice', '--trial', '--seconds', '600'],
		`${OLD_BOX}, { "name": "Voice", "dscp": [ "EF" ], "src": "lan", "enabled": false } ], "trial": true, "seconds": 600`
	),
	policyStory(
		['policy', 'disable', 'Box'],
		`{ "name": "Box", "clients": [ "192.168.1.30" ], "enabled": false }, ${VOICE}`
	),
	{ name: 'no word at all', replies: {}, words: [], status: 64, complains: 'Usage: ' },
	{
		name: 'two modes are compared by less than 100 Mbit/s on a router that does not manage these',
		replies: { get_comparison: SLOW },
		words: ['compare'],
		status: 0,
		says: [
			'Per 10 Mbit/s the router spends 6.0 % of its CPU with Software',
			'31.0 % of the CPU for 10 Mbit/s'
		]
	},
	{
		name: 'two modes are compared',
		replies: { start_comparison: COMPARING, get_comparison: COMPARED },
		words: ['compare', 'software'],
		status: 0,
		says: [
			'"nft-offload compare stop" stops it.',
			'Off: waiting for traffic.',
			'Per 100 Mbit/s the router spends 6.0 % of its CPU with Software',
			'with Off 31.0',
			'203.4 Mbit/s in, 4.1 Mbit/s out',
			'1.3',
			'gateway:',
			'at rest: 0.7 ms',
			'Measured',
			'2026-09-21 ',
			':13, kernel 6.12.74'
		]
	},
	{
		name: 'the better mode was not proved',
		replies: {
			get_comparison: {
				...COMPARED,
				report: { ...COMPARED.report, keep_better: true },
				answer: { code: 'compared', limit: 'other', better: true, kept: false }
			}
		},
		words: ['compare'],
		status: 0,
		says: ['Software', 'seen', 'carry', 'goes']
	},
	{
		name: 'two modes that nobody can compare',
		replies: { get_comparison: DOUBTED },
		words: ['compare'],
		status: 1,
		says: ['Cannot tell: less than 10.0 Mbit/s passed through the router.']
	},
	{
		name: 'a comparison is stopped',
		replies: {
			get_comparison: { ...DOUBTED, answer: { code: 'stopped', by: 'root' } },
			stop_comparison: COMPARING
		},
		words: ['compare', 'stop'],
		status: 0,
		says: ['Stopped by root: the router goes back to Off.']
	},
	{
		name: 'a comparison for a script',
		replies: { start_comparison: COMPARED },
		words: ['compare', 'software', '--keep', '--json'],
		status: 0,
		says: ['{ "state": "ended"']
	},
	{
		name: 'a comparison of nothing',
		replies: { get_comparison: COMPARED },
		words: ['compare', 'sideways'],
		status: 64,
		complains: 'Usage: '
	},
	{
		name: 'a report tells what the last comparison has found',
		replies: { get_status: STATUS, get_diagnosis: SHAPED, get_flows: FLOWS, get_comparison: COMPARED },
		words: ['report'],
		status: 0,
		says: ['shaped: cake', 'Per 100 Mbit/s the router spends', 'Measured', '2026-09-21 ']
	},
	{
		name: 'a report',
		replies: { get_status: STATUS, get_diagnosis: SHAPED, get_flows: FLOWS, get_policy: POLICY },
		words: ['report'],
		status: 0,
		says: [
			'Test Router',
			'OpenWrt 25.12.2',
			'Policy        2 rules. In force.',
			'wan (ethernet: hooked hardware)',
			'cpu',
			'shaped: cake'
		]
	}
];

describe.each(allTiers())('in $name', (tier) => {
	test.each(STORIES)('$name', async ({ replies, words, status, says = [], complains = '', asks }) => {
		const ended = await tier.command(router(replies, asks), words);
		if (status > 1) expect(ended.output).not.toContain('Nothing found');
		expect(ended.errors).toContain(complains);
		expect(ended).toMatchObject({ status });
		let rest = ended.output;
		for (const part of says) {
			expect(rest).toContain(part);
			rest = rest.slice(rest.indexOf(part) + part.length);
		}
		if (!words.includes('--json')) {
			for (const line of ended.output.split('\n')) expect(line.length).toBeLessThan(80);
		}
	});

	test('a report names no address unless it is asked to', async () => {
		const moved: Diagnosis = {
			...NOTHING,
			findings: [
				{
					code: 'client_moved',
					severity: 'warning',
					address: '02:00:00:ab:cd:ef',
					old_port: 'lan1',
					new_port: 'lan2'
				}
			]
		};
		const files = router({ get_status: STATUS, get_diagnosis: moved, get_flows: FLOWS });
		expect((await tier.command(files, ['report'])).output).not.toContain('ab:cd:ef');
		expect((await tier.command(files, ['report', '--addresses'])).output).toContain('02:00:00:ab:cd:ef');
	});

	/** What stands in free text, and what is left of it. */
	test.each([
		['fd77::50', 'xx'],
		['::1', 'xx'],
		['from fe80::1: refused', 'from xx: refused'],
		['fe80::1%br-lan', 'xx%br-lan'],
		['dst=fe80::,', 'dst=xx,'],
		['[2001:db8::9]:443', '[xx]:443'],
		['2001:db8:1::/48', 'xx/48'],
		['2001:db8:11:22:33:44:55:66', 'xx'],
		['FD00:1:2:3:4:5:6:7', 'xx'],
		['fd00::1-fd00::9', 'xx-xx'],
		['::ffff:192.168.1.50', 'xx'],
		['addr:fd77::50', 'addr:xx'],
		['02:00:00:ab:cd:ef,192.168.1.50', 'xx,xx'],
		['at 12:34:56', 'at 12:34:56'],
		['2026-11-26T12:34:56.5', '2026-11-26T12:34:56.5'],
		['fw4::x fw4::1', 'fw4::x fw4::1'],
		['add::xyz', 'add::xyz'],
		['::/0', '::/0'],
		['1:2:3', '1:2:3']
	])('a report of %j', async (told, left) => {
		const model = `(${told})`;
		const files = router({
			get_status: { ...STATUS, board: { ...STATUS.board, model } },
			get_diagnosis: NOTHING,
			get_flows: FLOWS
		});
		expect((await tier.command(files, ['report'])).output).toContain(`(${left})`);
		expect((await tier.command(files, ['report', '--addresses'])).output).toContain(model);
	});
});
