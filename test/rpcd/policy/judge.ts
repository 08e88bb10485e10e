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

/** The place of the rule that keeps a connection on the CPU; -1 where none does. */
export function keeperOf(rules: readonly PolicyRule[], { family, protocol, original, reply }: Flow): number {
	const ofFamily = (texts: readonly string[]) =>
		texts.filter((text) => text.includes(':') === (family === 'ipv6'));
	return rules.findIndex(
		(rule) =>
			rule.enabled !== false &&
			(rule.family ?? family) === family &&
			(rule.protocol ?? protocol) === protocol &&
			(!rule.clients ||
				[original.source, reply.source].some((end) => isIn(end, family, ofFamily(rule.clients ?? [])))) &&
			(!rule.destinations || isIn(original.destination, family, ofFamily(rule.destinations))) &&
			(!rule.ports || isPort(original.destination_port, rule.ports)) &&
			(rule.first_packets === undefined ||
				(original.packets !== null && original.packets < rule.first_packets))
	);
}

const SET = String.raw`\{ ([0-9a-f.:/, -]+) \}`;

/** Each match of nft's that our rules have. */
const MATCHES: readonly [RegExp, (flow: Flow, ...values: string[]) => boolean][] = [
	[/^meta nfproto (ipv[46]) /, ({ family }, value) => family === value],
	[/^meta l4proto (tcp|udp) /, ({ protocol }, value) => protocol === value],
	[
		new RegExp(`^ct (original|reply) (ip6?) (saddr|daddr) ${SET} `),
		(flow, way = '', word = '', end = '', set = '') => {
			const tuple = way === 'reply' ? flow.reply : flow.original;
			const address = end === 'saddr' ? tuple.source : tuple.destination;
			return flow.family === (word === 'ip' ? 'ipv4' : 'ipv6') && isIn(address, flow.family, set.split(', '));
		}
	],
	[
		new RegExp(`^ct original proto-dst ${SET} `),
		({ original }, set = '') => isPort(original.destination_port, set.split(', '))
	],
	[
		/^ct original packets < (\d+) /,
		({ original }, value) => original.packets !== null && original.packets < Number(value)
	]
];

/** What our chain makes of a connection: whether it returns before it offloads. */
export function isKept(lines: readonly string[], flow: Flow): boolean {
	for (const line of lines) {
		let rest = line;
		let holds = true;
		while (!/^(return comment "rule [\d, ]+(?: and \d+ more)?"|flow add @ft)$/.test(rest)) {
			const before: string = rest;
			for (const [pattern, test] of MATCHES) {
				const found = pattern.exec(rest);
				if (found === null) continue;
				holds = holds && test(flow, ...found.slice(1));
				rest = rest.slice(found[0].length);
				break;
			}
			if (rest === before) throw new Error(`no word of ours: ${rest}`);
		}
		if (holds) return rest !== 'flow add @ft';
	}
	return false;
}
