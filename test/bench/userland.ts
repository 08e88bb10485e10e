// SPDX-License-Identifier: Apache-2.0
/**
 * What the plugin costs on OpenWrt's own ucode, and in Node, as ratios to `cat` of the same table: a real one, of
 * the host's kernel, in a network namespace of its own.
 *
 *     node --import ts-blank-space/register test/bench/userland.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asCommand } from '../../packaging/command.ts';
import { bundleHost } from '../host/bundle.ts';
import { localImages } from '../vm/images.ts';
import { Userland, whyNoUserland } from '../vm/userland.ts';
import { asked, ROUNDS, timesOf } from './clock.ts';
import { median } from './median.ts';

const PRODUCT = fileURLToPath(new URL('../../dist/root/', import.meta.url));
const SIZES = [1_000, 2_500, 16_384, 65_536];
/** LuCI's own list takes rpcd down from some 5,700 connections on. */
const LUCI_SIZE = 2_500;

/** The kernel tracks connections where a rule asks for their state. */
const TRACK = `
nft add table inet bench
nft add chain inet bench out '{ type filter hook output priority 0; }'
nft add rule inet bench out ct state new,established accept
echo 1 >/proc/sys/net/netfilter/nf_conntrack_acct
echo 3600 >/proc/sys/net/netfilter/nf_conntrack_udp_timeout
echo 1 >/proc/sys/net/ipv6/ip_nonlocal_bind
ip -6 route add local fd00::/64 dev lo
`;

/** Sends a datagram each over so many connections, of 250 clients, one in four over IPv6. Runs in the namespace. */
const FILL = `
const { createSocket } = require('node:dgram');
const count = Number(process.argv[1]);
const clients = [];
for (let client = 0; client < 250; client++) {
	const family = client % 4 === 0 ? 6 : 4;
	const socket = createSocket('udp' + family);
	const address = family === 6 ? 'fd00::' + (client + 1) : '127.1.0.' + (client + 1);
	clients.push(
		new Promise((resolve, reject) => {
			socket.on('error', reject);
			socket.bind(5000, address, () => resolve({ family, socket }));
		})
	);
}
Promise.all(clients).then(async (sockets) => {
	for (let each = 0; each < count; each++) {
		const { family, socket } = sockets[each % sockets.length];
		const server = Math.floor(each / sockets.length) + 1;
		const address = family === 6 ? 'fd00::1:' + server.toString(16) : '127.2.' + (server >> 8) + '.' + (server & 255);
		await new Promise((resolve, reject) => socket.send('x', 9, address, (error) => (error ? reject(error) : resolve())));
	}
	for (const { socket } of sockets) socket.close();
});
`;

const CAT = 'cat /proc/net/nf_conntrack';
const EMPTY = `ucode -e '1'`;
const QUESTIONS: readonly (readonly [name: string, question: object])[] = [
	['totals alone', { limit: 0 }],
	['totals and the 100 largest', { limit: 100 }],
	['one client, the 50 largest', { limit: 50, client: '127.1.0.2' }],
	['a port in the search', { limit: 50, search: '443' }],
	['by client', { limit: 50, group: 'client' }],
	['with the breakdown', { limit: 50, breakdown: true }]
];

/** Lines of figures as they are measured; one that says why where there is no userland. */
export async function* benchUserland(): AsyncGenerator<string> {
	const images = await localImages(process.env);
	const missing = images === null ? 'no root file system archive' : whyNoUserland();
	if (images === null || missing !== null) {
		yield `not measured on OpenWrt's userland: ${missing}`;
		return;
	}
	const folder = mkdtempSync(join(tmpdir(), 'bench-userland-'));
	const userland = await Userland.start(images.rootfs, PRODUCT);
	try {
		const host = await bundleHost(folder);
		userland.shell(TRACK);
		yield `on the ucode of OpenWrt ${images.version}, with a table of this machine's kernel`;
		for (const size of SIZES) yield* measure(userland, host, size);
	} finally {
		userland.stop();
		rmSync(folder, { recursive: true });
	}
}

function* measure(userland: Userland, host: string, size: number): Generator<string> {
	userland.enter([process.execPath, '-e', FILL, String(size)]);
	const count = Number(userland.shell('wc -l </proc/net/nf_conntrack'));
	const shell = (script: string): string => userland.shell(script);
	const commands = [CAT, EMPTY, ...QUESTIONS.map(([, question]) => asked(question))];
	const [cat = [], empty = [], ...others] = timesOf(shell, commands);
	yield `${count} connections: cat ${median(cat).toFixed(1)} ms, an empty ucode ${median(empty).toFixed(1)} ms`;
	for (const [index, [name, question]] of QUESTIONS.entries())
		yield `  ${name.padEnd(36)} ${ratio(others[index] ?? [], cat)} times cat${memory(userland, asked(question))}`;
	yield `  ${'an empty ucode'.padEnd(36)} ${''.padStart(16)}${memory(userland, EMPTY)}`;
	if (size === LUCI_SIZE) {
		const [ours = [], luci = []] = timesOf(shell, [
			`ubus call luci.nft-offload get_flows '{"limit":100}'`,
			'ubus call luci getConntrackList'
		]);
		yield `  LuCI's own list takes ${ratio(luci, ours).trim()} times as long as ours, both asked through rpcd`;
	}
	for (const [name, question] of QUESTIONS.slice(0, 2))
		yield `  ${`${name}, in Node`.padEnd(36)} ${ratio(timesInNode(userland, host, question), cat)} times cat`;
}

/** The same plugin under Node, on the same table; the start of Node is in it. */
function timesInNode(userland: Userland, host: string, question: object): number[] {
	const program = [
		process.execPath,
		'--experimental-vm-modules',
		'--disable-warning=ExperimentalWarning',
		host
	];
	return Array.from({ length: ROUNDS }, () => {
		const from = performance.now();
		userland.enter([...program, userland.root, 'call', 'get_flows'], JSON.stringify(question));
		return performance.now() - from;
	});
}

/** The most memory that a command had resident. */
function memory(userland: Userland, command: string): string {
	const told = userland.shell(`busybox time -v sh -c "$(cat <<'END'\n${command} >/dev/null\nEND\n)" 2>&1`);
	const kibibytes = /Maximum resident set size \(kbytes\): (\d+)/.exec(told)?.[1];
	if (kibibytes === undefined) throw new Error(`no memory is told: ${told}`);
	return `, ${(Number(kibibytes) / 1024).toFixed(1)} MiB at most`;
}

/** The median of the rounds' ratios: both were measured one after the other in each. */
function ratio(times: readonly number[], measure: readonly number[]): string {
	return median(times.map((time, round) => time / (measure[round] ?? NaN)))
		.toFixed(1)
		.padStart(6);
}

await asCommand(import.meta.filename, async () => {
	for await (const line of benchUserland()) console.log(line);
});
