// SPDX-License-Identifier: Apache-2.0
/** Whether a connection's packets go through IPsec, by the kernel's policies. Only ip-full lists them. */
import type { Flow } from '../../../api/index.ts';
import { run } from 'nft_offload.base.command';
import { is_program } from 'nft_offload.base.files';
import { is_integer, word_behind, words_of } from 'nft_offload.base.value';
import { is_within } from 'nft_offload.why.flow.network';

const IP_FULL = '/usr/libexec/ip-full';

/** `src 192.168.1.0/24 dst 10.9.0.0/16 proto tcp dport 80`, and below it `dir out priority 100` and perhaps `tmpl src ...`. */
interface Policy {
	source: string;
	destination: string;
	/** Null for all. */
	protocol: string | null;
	source_port: number | null;
	destination_port: number | null;
	out: boolean;
	/** The kernel takes the lowest that fits. */
	priority: number;
	/** Whether it has the packets transformed; else they pass as they are, or are blocked. */
	transforms: boolean;
}

interface Way {
	protocol: string;
	source: string;
	destination: string;
	source_port: number | null;
	destination_port: number | null;
}

function port_of(words: string[], key: string): number | null {
	const port = int(word_behind(words, key) ?? '');
	return is_integer(port) ? port : null;
}

/** Reads what `ip xfrm policy` prints: what begins a line begins a policy, what is behind a tab belongs to it. */
function read_policies(output: string): Policy[] {
	const found: Policy[] = [];
	map(split(output, '\n'), (line) => {
		const words = words_of(line);
		const last = found[length(found) - 1];
		if (index(line, 'src ') === 0) {
			push(found, {
				source: words[1] ?? '',
				destination: words[3] ?? '',
				protocol: word_behind(words, 'proto'),
				source_port: port_of(words, 'sport'),
				destination_port: port_of(words, 'dport'),
				out: false,
				priority: 0,
				transforms: false
			});
		} else if (last != null && (words[0] === 'dir' || words[0] === 'socket')) {
			const priority = int(word_behind(words, 'priority') ?? '');
			last.out = words[0] === 'dir' && words[1] === 'out';
			last.priority = is_integer(priority) ? priority : 0;
		} else if (last != null && words[0] === 'tmpl') {
			last.transforms = true;
		}
	});
	return filter(found, (policy) => policy.out);
}

function fits_policy(policy: Policy, way: Way): boolean {
	return (
		is_within(way.source, policy.source) === true &&
		is_within(way.destination, policy.destination) === true &&
		(policy.protocol == null || policy.protocol === way.protocol) &&
		(policy.source_port == null || policy.source_port === way.source_port) &&
		(policy.destination_port == null || policy.destination_port === way.destination_port)
	);
}

function is_transformed(policies: Policy[], way: Way): boolean {
	const fitting = sort(
		filter(policies, (policy) => fits_policy(policy, way)),
		(a, b) => a.priority - b.priority
	);
	return fitting[0]?.transforms === true;
}

/** What leaves the router, in both directions: with the addresses that the ends have, and with those that NAT gives them. */
function ways_of(flow: Flow): Way[] {
	const way = (
		source: string,
		source_port: number | null,
		destination: string,
		destination_port: number | null
	): Way => ({
		protocol: flow.protocol,
		source: source,
		destination: destination,
		source_port: source_port,
		destination_port: destination_port
	});
	const a = flow.original;
	const b = flow.reply;
	return [
		way(a.source, a.source_port, b.source, b.source_port),
		way(b.destination, b.destination_port, b.source, b.source_port),
		way(b.source, b.source_port, a.source, a.source_port),
		way(a.destination, a.destination_port, a.source, a.source_port)
	];
}

/** Null where nobody lists the policies. */
function goes_through_ipsec(flow: Flow): boolean | null {
	const answer = is_program(IP_FULL) ? run(IP_FULL, ['xfrm', 'policy']) : null;
	if (answer == null || answer.status !== 0) {
		return null;
	}
	const policies = read_policies(answer.output);
	return length(filter(ways_of(flow), (way) => is_transformed(policies, way))) > 0;
}

export { goes_through_ipsec };
