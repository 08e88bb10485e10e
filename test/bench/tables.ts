// SPDX-License-Identifier: Apache-2.0
/**
 * What the connections cost on OpenWrt's own ucode where most are offloaded, with accounting and without. No kernel that
 * reads its list fast has a flowtable here, so the tables are plain files, and the ratios are to each other.
 *
 *     node --import ts-blank-space/register test/bench/tables.ts
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asCommand } from '../../packaging/command.ts';
import { render, type Connection } from '../router/conntrack.ts';
import { chance } from '../rpcd/flows/table.ts';
import { unpackRootfs } from '../rpcd/rootfs.ts';
import { localImages } from '../vm/images.ts';
import { asked, timesOf } from './clock.ts';
import { median } from './median.ts';

const PRODUCT = fileURLToPath(new URL('../../dist/root/', import.meta.url));
const SIZE = 65_536;
const TABLE = '/proc/net/nf_conntrack';
const QUESTIONS: readonly (readonly [name: string, question: object])[] = [
	['totals alone', { limit: 0 }],
	['totals and the 100 largest', { limit: 100 }],
	['one client, the 50 largest', { limit: 50, client: '192.168.1.7' }],
	['a port in the search', { limit: 50, search: '443' }],
	['one path', { limit: 50, path: 'software' }],
	['one family', { limit: 50, family: 'ipv4' }],
	['one protocol', { limit: 50, protocol: 'udp' }],
	['by client', { limit: 50, group: 'client' }],
	['with the breakdown', { limit: 50, breakdown: true }]
];

/** Lines of figures; one that says why where there is no userland. */
export async function* benchTables(): AsyncGenerator<string> {
	const images = await localImages(process.env);
	if (images === null || process.getuid?.() !== 0) {
		yield `not measured with offloaded connections: ${images === null ? 'no root file system archive' : 'changing the root directory needs root'}`;
		return;
	}
	const root = unpackRootfs(images.rootfs);
	try {
		cpSync(PRODUCT, root, { recursive: true });
		mkdirSync(join(root, 'proc/net'), { recursive: true });
		const all = connections(SIZE);
		for (const accounting of [true, false])
			writeFileSync(join(root, nameOf(accounting)), render(all, accounting));
		yield `on the ucode of OpenWrt ${images.version}, ${SIZE} connections in a plain file, nine in ten offloaded`;
		yield* measure((script) => inside(root, script));
	} finally {
		rmSync(root, { recursive: true });
	}
}

const nameOf = (accounting: boolean): string => `/table-${accounting ? 'counted' : 'uncounted'}`;

function* measure(shell: (script: string) => string): Generator<string> {
	const commands = [true, false].flatMap((accounting) =>
		QUESTIONS.map(([, question]) => `ln -sf ${nameOf(accounting)} ${TABLE}; ${asked(question)}`)
	);
	const times = timesOf(shell, commands);
	const [totals = []] = times;
	yield `  totals alone, with accounting: ${median(totals).toFixed(0)} ms`;
	for (const [index, [name]] of QUESTIONS.entries()) {
		const counted = times[index] ?? [];
		const uncounted = times[QUESTIONS.length + index] ?? [];
		yield `  ${name.padEnd(36)} ${ratio(counted, totals)} times that, and without accounting ${ratio(uncounted, counted)} times what it takes with it`;
	}
}

function inside(root: string, script: string): string {
	const { status, stdout, stderr } = spawnSync('chroot', [root, '/bin/sh', '-c', script], {
		encoding: 'utf8'
	});
	if (status !== 0) throw new Error(`exit code ${String(status)}: ${stdout}${stderr}`);
	return stdout;
}

/** The median of the rounds' ratios: both were measured one after the other in each. */
function ratio(times: readonly number[], measure: readonly number[]): string {
	return median(times.map((time, round) => time / (measure[round] ?? NaN))).toFixed(2);
}

/** Connections of 250 clients, in no order, as the kernel's hash gives them: short ones, and some of gigabytes. */
function connections(count: number): Connection[] {
	const next = chance(1);
	const upTo = (most: number): number => Math.floor(next() * most);
	return Array.from({ length: count }, () => {
		const ipv6 = next() < 0.2;
		const client = upTo(250);
		const packets = Math.floor(Math.exp(next() * 14));
		const source = ipv6 ? long(`fd77:1::${client.toString(16)}`) : `192.168.1.${client}`;
		return {
			ipv6,
			protocol: next() < 0.6 ? 'tcp' : 'udp',
			path: next() < 0.9 ? 'software' : 'cpu',
			replied: true,
			original: {
				source,
				destination: ipv6
					? long(`2001:db8::${upTo(65536).toString(16)}`)
					: `198.${18 + upTo(2)}.${upTo(256)}.${upTo(256)}`,
				source_port: 1024 + upTo(64512),
				destination_port: [443, 443, 443, 53, 80][upTo(5)] ?? 443
			},
			returns_to: ipv6 ? source : '203.0.113.7',
			sent: { packets, bytes: packets * (60 + upTo(300)) },
			received: { packets: packets * 2, bytes: packets * 2 * (60 + upTo(1300)) },
			id: 0
		};
	});
}

/** An address of three words as the kernel prints it, with all of its zeros. */
function long(address: string): string {
	const [head = '', tail = ''] = address.split('::');
	const words = [...head.split(':'), ...new Array<string>(5).fill('0'), tail];
	return words.map((word) => word.padStart(4, '0')).join(':');
}

await asCommand(import.meta.filename, async () => {
	for await (const line of benchTables()) console.log(line);
});
