// SPDX-License-Identifier: Apache-2.0
/**
 * What decides of a connection, twice: a plain reference, by the words of the contract, and what the kernel makes of the rules of
 * nft, read word by word. A word that is not one of ours is an error.
 */
import { BlockList } from 'node:net';
import type { Flow, PolicyRule } from '../../../rpcd/api/index.ts';

function isIn(address: string, family: Flow['family'], texts: readonly string[]): boolean {
	const list = new BlockList();
	for (const text of texts) {
		const [network = '', bits] = text.split('/');
		const of = network.includes(':') ? 'ipv6' : 'ipv4';
		if (bits === undefined) list.addAddress(network, of);
		else list.addSubnet(network, Number(bits), of);
	}
	return list.check(address, family);
}

function isPort(port: number | null, texts: readonly string[]): boolean {
	return texts.some((text) => {
		const [first = 0, last = first] = text.split('-').map(Number);
		return port !== null && first <= port && port <= last;
	});
}

/** What a connection has besides what the table's tuples say. */
export interface Carried {
	/** The devices of its two ends: where it was begun, and to where. */
	from: string;
	to: string;
	/** Of who began it, and of whom the answers come from. */
	macs: readonly [string, string];
	/** Of what is sent, and of what comes back. */
	dscp: readonly [number, number];
	mark: number;
}

/** Devices by zone. */
export type ZoneDevices = Readonly<Record<string, readonly string[]>>;

const NAMED_DSCP: Readonly<Record<string, number>> = { EF: 46, CS5: 40, af41: 34 };

function hasMark(mark: number, text: string): boolean {
	const [value = 0n, mask = 0xffffffffn] = text.split('/').map(BigInt);
	return (BigInt(mark) & mask) === value;
}

/** The place of the rule that keeps a connection on the CPU; -1 where none does. */
export function keeperOf(
	rules: readonly PolicyRule[],
	{ family, protocol, original, reply }: Flow,
	{ from, to, macs, dscp, mark }: Carried,
	zones: ZoneDevices
): number {
	const ofFamily = (texts: readonly string[]) =>
		texts.filter((text) => text.includes(':') === (family === 'ipv6'));
	const isOf = (zone: string | undefined, device: string) =>
		zone === undefined || (zones[zone] ?? []).includes(device);
	return rules.findIndex(
		(rule) =>
			rule.enabled !== false &&
			(rule.family ?? family) === family &&
			(rule.protocol ?? protocol) === protocol &&
			(!rule.clients ||
				[original.source, reply.source].some((end) => isIn(end, family, ofFamily(rule.clients ?? [])))) &&
			(!rule.destinations || isIn(original.destination, family, ofFamily(rule.destinations))) &&
			(!rule.ports || isPort(original.destination_port, rule.ports)) &&
			isOf(rule.src, from) &&
			isOf(rule.dest, to) &&
			(!rule.macs || rule.macs.some((mac) => mac.toLowerCase() === macs[0])) &&
			(!rule.dscp || rule.dscp.some((text) => (NAMED_DSCP[text] ?? Number(text)) === dscp[0])) &&
			(rule.mark === undefined || hasMark(mark, rule.mark)) &&
			(rule.first_packets === undefined ||
				(original.packets !== null && original.packets < rule.first_packets))
	);
}

/** A packet of a connection, in the chain `forward`. */
interface Packet extends Carried {
	flow: Flow;
	way: 'original' | 'reply';
	zones: ZoneDevices;
}

const isWay = ({ way }: Packet) => way === 'original';

const SET = String.raw`\{ ([0-9a-f.:/, -]+) \}`;

/** Each match of nft's that our rules have. */
const MATCHES: readonly [RegExp, (packet: Packet, ...values: string[]) => boolean][] = [
	[/^ct direction (original|reply) /, ({ way }, value) => way === value],
	[
		/^([io])ifname \$zone_([\w-]+) /,
		(packet, way, zone = '') =>
			(packet.zones[zone] ?? []).includes((way === 'i') === isWay(packet) ? packet.from : packet.to)
	],
	[
		new RegExp(`^ether saddr ${SET} `),
		(packet, set = '') => set.split(', ').includes(packet.macs[isWay(packet) ? 0 : 1])
	],
	[
		new RegExp(`^(ip6?) dscp ${SET} `),
		(packet, word, set = '') =>
			packet.flow.family === (word === 'ip' ? 'ipv4' : 'ipv6') &&
			set
				.split(', ')
				.map(Number)
				.includes(packet.dscp[isWay(packet) ? 0 : 1])
	],
	[
		/^ct mark & (0x[0-9a-f]+) == (0x[0-9a-f]+) /,
		({ mark }, mask = '', value = '') => (BigInt(mark) & BigInt(mask)) === BigInt(value)
	],
	[/^meta nfproto (ipv[46]) /, ({ flow }, value) => flow.family === value],
	[/^meta l4proto (tcp|udp) /, ({ flow }, value) => flow.protocol === value],
	// Whatever is asked at all is of either.
	[/^meta l4proto \{ tcp, udp \} /, () => true],
	[
		new RegExp(`^ct (original|reply) (ip6?) (saddr|daddr) ${SET} `),
		({ flow }, way = '', word = '', end = '', set = '') => {
			const tuple = way === 'reply' ? flow.reply : flow.original;
			const address = end === 'saddr' ? tuple.source : tuple.destination;
			return flow.family === (word === 'ip' ? 'ipv4' : 'ipv6') && isIn(address, flow.family, set.split(', '));
		}
	],
	[
		new RegExp(`^ct original proto-dst ${SET} `),
		({ flow }, set = '') => isPort(flow.original.destination_port, set.split(', '))
	],
	[
		// Where nobody counts, the kernel reads 0 (nft_ct.c, nft_ct_get_eval).
		/^ct original packets (\d+)(?:-(\d+))? /,
		({ flow: { original } }, first, last = first) => {
			const packets = original.packets ?? 0;
			return Number(first) <= packets && packets <= Number(last);
		}
	]
];

/** Whether our chain returns before it offloads, at a packet. */
function returns(lines: readonly string[], packet: Packet): boolean {
	for (const line of lines) {
		let rest = line;
		let holds = true;
		while (!/^(return comment "rule [\d, ]+(?: and \d+ more)?"|flow add @ft)$/.test(rest)) {
			const before: string = rest;
			for (const [pattern, test] of MATCHES) {
				const found = pattern.exec(rest);
				if (found === null) continue;
				holds = holds && test(packet, ...found.slice(1));
				rest = rest.slice(found[0].length);
				break;
			}
			if (rest === before) throw new Error(`no word of ours: ${rest}`);
		}
		if (holds) return rest !== 'flow add @ft';
	}
	return false;
}

/** What our chain makes of a connection whose packets go both ways: a packet of either has it offloaded. */
export function isKept(lines: readonly string[], flow: Flow, carried: Carried, zones: ZoneDevices): boolean {
	return (['original', 'reply'] as const).every((way) => returns(lines, { ...carried, flow, way, zones }));
}
