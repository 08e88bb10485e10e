// SPDX-License-Identifier: Apache-2.0
/** What the page says of each finding of the contract. A code without a text does not compile. */
import type {
	Finding,
	FindingCode,
	FindingOf,
	Mode,
	PolicyCause,
	PolicyRule
} from '../../../rpcd/api/index.ts';
import { policyCause } from '../ui/cause.ts';
import { formatCount } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { keepText } from '../ui/keep.tsx';
import { modeName } from '../ui/names.ts';
import { word } from './shell.ts';

export interface FindingText {
	/** What was found, with its evidence. */
	title: string;
	/** What it costs to leave it so. */
	consequence: string;
	ways: Way[];
}

/** A way out: a button where it is safe, exact lines where it is not. */
export type Way =
	| { kind: 'advice'; text: string }
	| { kind: 'lines'; text: string; lines: string[] }
	| { kind: 'reload'; text: string }
	| { kind: 'mode'; mode: Mode; text: string }
	| { kind: 'keep'; rule: PolicyRule; text: string };

const advice = (text: string): Way => ({ kind: 'advice', text });
const lines = (text: string, ...commands: string[]): Way => ({ kind: 'lines', text, lines: commands });
const reload = (text: string): Way => ({ kind: 'reload', text });
const keep = (rule: PolicyRule, text: string): Way => ({ kind: 'keep', rule, text });
const choose = (mode: Mode, text: string): Way => ({ kind: 'mode', mode, text });

const list = (names: readonly string[]) => names.join(', ');
const orUnknown = (program: string | null) => program ?? _('a program that is not known');

/** Names of rules: the router's, so in one language. */
const FIRST_PACKETS = 'First packets';
const IPV6 = 'IPv6';

const becauseOf = (cause: PolicyCause, reason: string): string =>
	[policyCause(cause), reason].filter((part) => part !== '').join(': ');

type Texts = { [C in FindingCode]: (finding: FindingOf<C>) => FindingText };

/** Lines that make nf_conntrack count, now and after a restart. */
const COUNT = [
	'sysctl -w net.netfilter.nf_conntrack_acct=1',
	"echo 'net.netfilter.nf_conntrack_acct=1' > /etc/sysctl.d/20-nf-conntrack-acct.conf"
];

const TEXTS: Texts = {
	not_covered: ({ device, zone, side, missing }) => {
		const below = missing.filter((each) => each !== device);
		return {
			title:
				below.length === 0
					? fill(_('%s is not covered: it is not in the flowtable'), device)
					: fill(_('%s is not covered: neither it nor %s below it is in the flowtable'), device, list(below)),
			consequence:
				side === 'wan'
					? _('What arrives there stays on the CPU: downloads are not accelerated, uploads are.')
					: _('What enters there stays on the CPU: its clients’ uploads are not accelerated.'),
			ways: [
				advice(
					zone === null
						? _('Put its interface into a firewall zone, under Network > Firewall.')
						: below.length === 0
							? fill(
									_(
										'firewall4 adds only devices that are there when it loads and that an interface has. Give %s an interface (Network > Interfaces, protocol Unmanaged), put that into the zone, and reload the firewall.'
									),
									device
								)
							: _(
									'firewall4 adds only the device that the interface names. Hardware mode adds the lowest one below it, on routers with a flow engine.'
								)
				)
			]
		};
	},
	devices_differ: ({ missing, surplus }) => ({
		title: [
			...(missing.length > 0 ? [fill(_('Not in the flowtable yet: %s'), list(missing))] : []),
			...(surplus.length > 0 ? [fill(_('Still in the flowtable: %s'), list(surplus))] : [])
		].join('; '),
		consequence: _('Devices have come or gone since the firewall was loaded.'),
		ways: [reload(_('Reload it to bring the flowtable up to date.'))]
	}),
	not_in_hardware: ({ cause, connections }) => ({
		title: fill(
			_('Set up for hardware, and nothing is in hardware: %s connections go in software'),
			formatCount(connections)
		),
		consequence:
			cause === 'no_engine'
				? _('No device of the flowtable has a flow engine.')
				: cause === 'none_taken'
					? _('A flow engine is there, and its driver takes none of them.')
					: _('Whether its devices have a flow engine is unknown.'),
		ways: [choose('software', _('Software is what carries them now.'))]
	}),
	ipv6_in_software: ({ connections }) => ({
		title: fill(_('IPv6 stays in software: %s connections'), formatCount(connections)),
		consequence: _('The hardware takes IPv4 alone. IPv6 works, and costs more CPU.'),
		ways: [
			advice(_('A limit of the chip or its driver, which a newer release may lift.')),
			keep({ name: IPV6, family: 'ipv6' }, _('If IPv6 fails, have the flowtable leave it to the CPU:'))
		]
	}),
	shaped: ({ device, kind, direction, passed_by, program }) => ({
		title:
			direction === 'egress'
				? fill(
						_('%s shapes what leaves by %s (%s): offloaded packets bypass it'),
						shaper(program),
						device,
						kind
					)
				: fill(
						_('%s shapes what enters by %s (%s): offloaded packets bypass it'),
						shaper(program),
						device,
						kind
					),
		consequence:
			passed_by === 'hardware'
				? _(
						'In hardware no packet meets it: its limits and fairness do not hold, and latency rises under load.'
					)
				: _('Offloaded connections do not meet it there: its limits and fairness do not hold for them.'),
		ways: [
			choose(passed_by === 'hardware' ? 'software' : 'off', _('To keep the shaper:')),
			advice(
				_(
					'To keep one client under it: choose it in the list of clients below, and then to keep it on the CPU.'
				)
			),
			giveUp(program, `tc qdisc del dev ${word(device)} ${direction === 'egress' ? 'root' : 'ingress'}`)
		]
	}),
	shaped_on_cpu: ({ device, kind, program }) => ({
		title: fill(_('%s shapes what enters by %s (%s): it stays on the CPU'), shaper(program), device, kind),
		consequence: _('The shaper holds, and these packets are not accelerated.'),
		ways: [giveUp(program, `tc qdisc del dev ${word(device)} ingress`)]
	}),
	access_points_hooked: ({ devices }) => ({
		title: fill(_('Access points are in the flowtable: %s'), list(devices)),
		consequence: _(
			'When a client moves to another one, its offloaded connections go on to the old one and stall until they time out. Kernels of late 2026 mend this.'
		),
		ways: [
			reload(
				_('If clients stall after moving: a reload has all connections learned again, and breaks none.')
			),
			choose('off', _('If it happens often:'))
		]
	}),
	client_moved: ({ address, old_port, new_port }) => ({
		title: fill(_('%s has moved from %s to %s, both in the flowtable'), address, old_port, new_port),
		consequence: _('Its offloaded connections may still go to the old port, and stall until they time out.'),
		ways: [reload(_('A reload has all connections learned again, and breaks none.'))]
	}),
	others_offload: ({ flowtables, accelerators }) => ({
		title: fill(_('Something else offloads, too: %s'), list([...flowtables, ...accelerators])),
		consequence: _(
			'Connections can take a fast path that this page neither controls nor counts. Two accelerators at a time are known to lose packets.'
		),
		ways: [
			advice(_('It comes from another package, a script, or a file in /etc/nftables.d: use one of the two.')),
			...(flowtables.length > 0
				? [lines(_('What hands connections to it:'), "nft list ruleset | grep -n 'flow add'")]
				: [])
		]
	}),
	options_owned: ({ program, file }) => ({
		title: fill(_('%s sets the offloading options when it starts (%s)'), program, file),
		consequence: _('What you choose here is undone when it starts again, after a restart at the latest.'),
		ways: [
			advice(fill(_('Choose the mode in the settings of %s.'), program)),
			lines(_('Or keep it from starting:'), `/etc/init.d/${word(program)} disable`)
		]
	}),
	policy_routing: ({ marks, program }) => ({
		title: fill(
			_('Packet marks decide the route: rules for %s, set up by %s'),
			list(marks),
			orUnknown(program)
		),
		consequence: _(
			'An offloaded connection keeps the route that it began with: when a link fails or a rule changes, it does not follow.'
		),
		ways: [
			lines(_('What they are:'), 'ip rule show'),
			choose('off', _('If connections must follow at once:'))
		]
	}),
	inspected: ({ program, chains }) => ({
		title: fill(_('%s reads forwarded packets'), program ?? fill(_('A rule in %s'), list(chains))),
		consequence: _(
			'Of an offloaded connection it sees only the first packets. What it blocks, changes or counts later gets past it.'
		),
		ways: [
			keep({ name: FIRST_PACKETS, first_packets: 30 }, _('If it needs to see how a connection begins:')),
			choose('off', _('If it must see every packet:'))
		]
	}),
	policy_not_in_force: ({ cause, reason }) => ({
		title: fill(_('Your policy is not in force: %s'), becauseOf(cause, reason)),
		consequence: _('What it keeps on the CPU is offloaded.'),
		ways: cause === 'not_loaded' ? [reload(_('Load it:'))] : []
	}),
	counted: ({ kind, chains }) => {
		const [title, consequence] = counting(kind);
		return {
			title: fill(title, list(chains)),
			consequence,
			ways: [choose('off', _('If they must hold for every packet:'))]
		};
	},
	logged: ({ chains }) => ({
		title: fill(_('Rules log forwarded packets: %s'), list(chains)),
		consequence: _('Of an offloaded connection only the first packets are logged.'),
		ways: [advice(_('New connections are logged as before: for most logs that is all that is wanted.'))]
	}),
	misses_traffic: ({ program, cause, devices }) => ({
		title: fill(_('%s does not see all traffic'), program),
		...missed(cause, devices)
	}),
	ipsec: ({ program }) => ({
		title: fill(_('What goes through IPsec (%s) is never offloaded'), program),
		consequence: _('It works as before, on the CPU. All else is offloaded.'),
		ways: [advice(_('Nothing is to be done.'))]
	}),
	l2tp: ({ devices }) => ({
		title: fill(_('Tunnels of L2TP or PPTP: %s'), list(devices)),
		consequence: _(
			'Their packets are never offloaded, and with hardware offloading connections through them have failed.'
		),
		ways: [choose('software', _('If connections through them hang in hardware mode:'))]
	}),
	table_nearly_full: ({ count, maximum }) => ({
		title: fill(_('The connection table is nearly full: %s of %s'), formatCount(count), formatCount(maximum)),
		consequence: _('When it is full, new connections are dropped: pages do not load, whatever the path.'),
		ways: [
			lines(
				_('To make room (each 65,536 take about 20 MB of memory):'),
				`sysctl -w net.netfilter.nf_conntrack_max=${2 * maximum}`,
				`echo 'net.netfilter.nf_conntrack_max=${2 * maximum}' > /etc/sysctl.d/20-nf-conntrack-max.conf`
			)
		]
	}),
	accounting_off: () => ({
		title: _('Connections are not counted'),
		consequence: _('Nobody can see how much passes on which path, or that a connection moves.'),
		ways: [lines(_('To have them counted, from new connections on:'), ...COUNT)]
	}),
	no_counter: ({ flowtables }) => ({
		title: fill(_('The flowtable does not count: %s'), list(flowtables)),
		consequence: _('The figures of offloaded connections are too low, here and in other programs.'),
		ways: [advice(_('firewall4 of OpenWrt 22.03.3 and later writes a flowtable that counts.'))]
	}),
	bridge_waits: ({ flowtable }) => ({
		title: fill(_('The flowtable %s for bridged packets has no device'), flowtable),
		consequence: _('What a bridge forwards by itself stays on the CPU.'),
		ways: [reload(_('It gets its devices when the firewall is loaded.'))]
	}),
	reloads: ({ reloads, seconds }) => ({
		title: fill(
			_('The firewall was loaded %s times in %s min'),
			formatCount(reloads.length),
			formatCount(Math.ceil(seconds / 60))
		),
		consequence: _('Each time all connections restart on the CPU.'),
		ways: [advice(reloadsText(reloads))]
	}),
	known_bad: ({ entry, threads }) => ({
		title: fill(_('Known not to work on this router: %s'), entry),
		consequence: fill(_('Others report it: %s.'), list(threads)),
		ways: [choose('off', _('If you see it, too:'))]
	})
};

function counting(kind: FindingOf<'counted'>['kind']): [title: string, consequence: string] {
	switch (kind) {
		case 'quota':
			return [
				_('Rules with a quota on forwarded packets: %s'),
				_('Offloaded packets pass them by: the quota is not used up, and does not block.')
			];
		case 'limit':
			return [
				_('Rules that limit the rate of forwarded packets: %s'),
				_('Offloaded packets pass them by: the limit does not hold.')
			];
		case 'header':
			return [
				_('Rules that set the TTL or DSCP of forwarded packets: %s'),
				_('Offloaded packets pass them by, and leave without it.')
			];
		case 'counter':
			return [
				_('Rules that count forwarded packets: %s'),
				_('Offloaded packets pass them by: their counters are too low.')
			];
	}
}

/** Why a program misses packets, and what can be done. */
function missed(cause: FindingOf<'misses_traffic'>['cause'], devices: string[]): Omit<FindingText, 'title'> {
	switch (cause) {
		case 'no_counter':
			return {
				consequence: _('The flowtable does not count: what it forwards is missing in its figures.'),
				ways: [advice(_('firewall4 of OpenWrt 22.03.3 and later writes a flowtable that counts.'))]
			};
		case 'accounting_off':
			return {
				consequence: _('The kernel counts no packets of connections: its figures stay empty.'),
				ways: [lines(_('To have them counted, from new connections on:'), ...COUNT)]
			};
		case 'hardware':
			return {
				consequence: _('The hardware reports no or few counters: its figures are too low.'),
				ways: [choose('software', _('In software all is counted:'))]
			};
		case 'upper_device':
			return {
				consequence: fill(_('It counts on %s, which offloaded packets pass by.'), list(devices)),
				ways: [advice(_('Have it count on the port below, where all packets pass.'))]
			};
	}
}

/** The lines that take a shaper away: its program's, where that is known. */
const giveUp = (program: string | null, command: string): Way =>
	program === null
		? lines(_('To give it up, until the next restart:'), command)
		: lines(_('To give it up:'), `/etc/init.d/${word(program)} stop`, `/etc/init.d/${word(program)} disable`);

const shaper = (program: string | null) => program ?? _('A shaper');

function reloadsText(reloads: FindingOf<'reloads'>['reloads']): string {
	const causes = reloads.map(({ at, cause }) => {
		const time = new Date(at * 1000).toLocaleTimeString();
		return cause === null
			? fill(_('%s: no cause in the log'), time)
			: fill(_('%s: %s of %s (%s)'), time, cause.action, cause.interface, cause.device);
	});
	return fill(_('An interface that comes and goes reloads it. From the log: %s.'), causes.join('; '));
}

export function explainFinding<C extends FindingCode>(finding: FindingOf<C>): FindingText {
	return TEXTS[finding.code](finding);
}

export const wayName = (mode: Mode) => fill(_('Change to %s…'), modeName(mode));

/** The words that stand for a severity. Its shape is drawn beside them. */
export function severityName(severity: Finding['severity']): string {
	switch (severity) {
		case 'danger':
			return _('Severe', 'finding');
		case 'warning':
			return _('Warning', 'finding');
		case 'notice':
			return _('Notice', 'finding');
	}
}

export function keepName(rule: PolicyRule): string {
	return rule.first_packets === undefined
		? keepText(rule.name)
		: fill(_('Offload from packet %s on…'), rule.first_packets);
}
