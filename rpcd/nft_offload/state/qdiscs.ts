// SPDX-License-Identifier: Apache-2.0
/** The shapers that are set up, by `tc`: asked only where a shaper's module is loaded. */
import { is_program, is_there } from 'nft_offload.base.files';
import { is_device_name } from 'nft_offload.state.zones';

/** A shaper and the device whose packets go through it. */
interface Shaper {
	device: string;
	kind: string;
	/** `ingress`: what enters by the device goes through it by way of an ifb device. */
	direction: 'egress' | 'ingress';
}

/** Queueing disciplines that hold packets back to a rate. OpenWrt's own, fq_codel, and those of drivers do not. */
const SHAPERS = ['cake', 'cake_mq', 'htb', 'hfsc', 'tbf', 'cbq'];
const TC = [
	'/sbin/tc',
	'/usr/sbin/tc',
	'/usr/libexec/tc-full',
	'/usr/libexec/tc-bpf',
	'/usr/libexec/tc-tiny'
];
/** How many devices are asked where their ingress goes. */
const ASKED = 4;

function tc_program(): string | null {
	const loaded = filter(SHAPERS, (kind) => is_there(`/sys/module/sch_${kind}`));
	return length(loaded) === 0 ? null : (filter(TC, is_program)[0] ?? null);
}

/** `qdisc cake 8001: dev wan root refcnt 2 bandwidth 20Mbit ...`: its kind and its device. What is `offloaded` works in the chip. */
function parse_qdiscs(text: string): Shaper[] {
	const found: Shaper[] = [];
	map(split(text, '\n'), (line) => {
		const words = split(line, ' ');
		const device = words[4];
		const in_chip = index(words, 'offloaded') !== -1;
		if (words[0] === 'qdisc' && words[3] === 'dev' && is_device_name(device) && !in_chip) {
			push(found, { device: device, kind: words[1] ?? '', direction: 'egress' });
		}
	});
	return found;
}

/** The devices to which a device hands what enters: `action order 1: mirred (Egress Redirect to device ifb4wan) stolen`. */
function redirected(text: string): string[] {
	return map(slice(split(text, 'Redirect to device '), 1), (rest) => split(rest, ')')[0] ?? '');
}

/** @param ask_tc what `tc` at this path prints; nothing where it fails */
function read_shapers(ask_tc: (path: string, words: string[]) => string): Shaper[] {
	const program = tc_program();
	if (program == null) {
		return [];
	}
	const all = parse_qdiscs(ask_tc(program, ['qdisc', 'show']));
	const shapers: Shaper[] = [];
	const add = (device: string, kind: string, direction: Shaper['direction']): void => {
		const same = filter(shapers, (each) => each.device === device && each.direction === direction);
		if (length(same) === 0) {
			push(shapers, { device: device, kind: kind, direction: direction });
		}
	};
	map(
		filter(all, (each) => index(SHAPERS, each.kind) !== -1),
		(each) => {
			add(each.device, each.kind, 'egress');
		}
	);
	const entrance = filter(all, (each) => each.kind === 'ingress' || each.kind === 'clsact');
	const outgoing = slice(shapers);
	map(length(outgoing) > 0 ? slice(entrance, 0, ASKED) : [], (each) => {
		const targets = redirected(ask_tc(program, ['filter', 'show', 'dev', each.device, 'ingress']));
		map(
			filter(outgoing, (shaper) => index(targets, shaper.device) !== -1),
			(shaper) => {
				add(each.device, shaper.kind, 'ingress');
			}
		);
	});
	return shapers;
}

export { read_shapers };
export type { Shaper };
