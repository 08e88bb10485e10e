// SPDX-License-Identifier: Apache-2.0
/** Connection tracking tables made by chance, always the same for the same seed, and what a simple reader makes of them. */
import type { FlowSort } from '../../../rpcd/api/index.ts';
import { shortenIPv6 } from '../../../web/src/ui/format.ts';

/** Numbers from 0 to 1, always the same for a seed (mulberry32). */
export function chance(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), state | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

const pick = <T>(next: () => number, from: readonly [T, ...T[]]): T =>
	from[Math.floor(next() * from.length)] ?? from[0];
const upTo = (next: () => number, most: number): number => Math.floor(next() * most);

function address(next: () => number, family: string): string {
	return family === 'ipv4'
		? `10.${upTo(next, 3).toString()}.0.${upTo(next, 256).toString()}`
		: `2001:0db8:0000:0000:0000:0000:0000:${upTo(next, 256).toString(16).padStart(4, '0')}`;
}

function counters(next: () => number, accounting: boolean): string {
	return accounting ? ` packets=${upTo(next, 1e6).toString()} bytes=${upTo(next, 1e12).toString()}` : '';
}

/** One line as the kernel prints it. */
export function line(next: () => number, accounting: boolean): string {
	const family = pick(next, ['ipv4', 'ipv6']);
	const protocol = pick(next, [
		'tcp      6',
		'udp      17',
		'icmp     1',
		'sctp     132',
		'gre      47',
		'unknown  253'
	]);
	const mark = pick(next, ['', '', ' [ASSURED]', ' [OFFLOAD]', ' [HW_OFFLOAD]']);
	const offloaded = mark.includes('OFFLOAD');
	const state =
		protocol.startsWith('tcp') && !offloaded
			? pick(next, ['ESTABLISHED ', 'TIME_WAIT ', 'CLOSE '])
			: protocol.startsWith('gre')
				? 'timeout=30, stream_timeout=180 '
				: '';
	const timeout = offloaded ? '' : `${upTo(next, 7440).toString()} `;
	const [from, to] = [address(next, family), address(next, family)];
	const ports = /^(tcp|udp|sctp)/.test(protocol)
		? ` sport=${upTo(next, 65536).toString()} dport=${pick(next, ['53', '80', '443'])}`
		: protocol.startsWith('icmp')
			? ' type=8 code=0 id=3046'
			: protocol.startsWith('gre')
				? ' srckey=0x443 dstkey=0x443'
				: '';
	const unreplied = next() < 0.1 ? ' [UNREPLIED]' : '';
	return (
		`${family}     ${family === 'ipv4' ? '2' : '10'} ${protocol} ${timeout}${state}src=${from} dst=${to}${ports}` +
		`${counters(next, accounting)}${unreplied} src=${to} dst=${from}${ports}${counters(next, accounting)}${mark}` +
		` mark=0 zone=0 use=${(2 + upTo(next, 2)).toString()}`
	);
}

/** What is no line: cut off, binary, without sense, too long. */
export function garbage(next: () => number): string {
	const whole = line(next, true);
	return pick(next, [
		whole.slice(0, upTo(next, whole.lastIndexOf(' use='))),
		Array.from({ length: upTo(next, 100) }, () => String.fromCharCode(upTo(next, 256)))
			.join('')
			.replaceAll('\n', ' '),
		'',
		'packets=1 bytes=2 src=x dst=y use=1',
		'src= dst= '.repeat(upTo(next, 1000))
	]);
}

export interface Sums {
	flows: number;
	bytes: number;
	packets: number;
}

export interface Counted {
	totals: { cpu: Sums; software: Sums; hardware: Sums };
	skipped: number;
	/** What a list can be sorted by: that figure of every connection, largest first. */
	sizes: Record<FlowSort, number[]>;
}

function isWhole(text: string): boolean {
	return (
		(text.match(/ src=[^ ]+ dst=[^ ]+/g) ?? []).length === 2 &&
		/ use=/.test(text) &&
		/^[ -~]{1,4096}$/.test(text)
	);
}

/** How many connections have the text in their state, an address as people write it, or a port. */
export function countFound(table: string, search: string): number {
	return table.split('\n').filter((text) => {
		const state = /^ipv\d +\d+ [a-z]+ +\d+ \d+ ([A-Z_]+)/.exec(text)?.[1] ?? '';
		const ends = [...text.matchAll(/ (?:src|dst|sport|dport)=([^ ]+)/g)].map(([, end = '']) =>
			shortenIPv6(end)
		);
		return isWhole(text) && [state.toLowerCase(), ...ends].some((end) => end.includes(search));
	}).length;
}

/** Reads line by line, in the plainest way. */
export function count(table: string): Counted {
	const none = (): Sums => ({ flows: 0, bytes: 0, packets: 0 });
	const counted: Counted = {
		totals: { cpu: none(), software: none(), hardware: none() },
		skipped: 0,
		sizes: {
			bytes: [],
			packets: [],
			original_bytes: [],
			reply_bytes: [],
			original_packets: [],
			reply_packets: []
		}
	};
	for (const text of table.split('\n').slice(0, -1)) {
		if (!isWhole(text)) {
			counted.skipped += 1;
			continue;
		}
		const each = (key: string): number[] =>
			[...text.matchAll(new RegExp(` ${key}=([0-9]+)`, 'g'))].map((found) => Number(found[1]));
		const [originalBytes = 0, replyBytes = 0] = each('bytes');
		const [originalPackets = 0, replyPackets = 0] = each('packets');
		const total =
			counted.totals[
				text.includes('[HW_OFFLOAD]') ? 'hardware' : text.includes('[OFFLOAD]') ? 'software' : 'cpu'
			];
		total.flows += 1;
		total.bytes += originalBytes + replyBytes;
		total.packets += originalPackets + replyPackets;
		counted.sizes.bytes.push(originalBytes + replyBytes);
		counted.sizes.packets.push(originalPackets + replyPackets);
		counted.sizes.original_bytes.push(originalBytes);
		counted.sizes.reply_bytes.push(replyBytes);
		counted.sizes.original_packets.push(originalPackets);
		counted.sizes.reply_packets.push(replyPackets);
	}
	for (const sizes of Object.values(counted.sizes)) sizes.sort((a, b) => b - a);
	return counted;
}
