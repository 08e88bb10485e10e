// SPDX-License-Identifier: Apache-2.0
/**
 * What the page and the plugin cost a whole OpenWrt, beside LuCI's own page and its own list of connections.
 */
import { NoImages } from '../vm/images.ts';
import { install } from '../vm/product.ts';
import { Router } from '../vm/router.ts';
import { openTraffic, SERVER } from '../vm/traffic.ts';
import { until } from '../vm/until.ts';
import { Wire } from '../vm/wire.ts';
import { median } from './median.ts';
import { benchNavigation } from './navigation.ts';
import { benchShare } from './share.ts';

/** LuCI's own list takes rpcd down from some 5,700 connections on, so it is measured at the first size only. */
const SIZES = [2_500, 16_384, 65_536];
/** Connections while the page is open. */
const MANY = 20_000;
const ROUNDS = 3;
/** Seconds that a command may take: the kernel of 25.12 takes time by the square of the size, as it hands out 4 KiB at a time. */
const PATIENCE = 600;
const FIRST_PORT = 10_000;
/** So many connections to each port of the server: no more than a client has ports above the first. */
const PER_PORT = 32_768;
const PORTS = [9, 10];
const TABLE = '/proc/net/nf_conntrack';

const call = (method: string, values: string): string =>
	`echo '${values}' | /usr/libexec/rpcd/luci.nft-offload call ${method}`;

const COMMANDS = {
	cat: `cat ${TABLE}`,
	empty: "ucode -e '1'",
	totals: call('get_flows', '{"limit":0}'),
	largest: call('get_flows', '{"limit":100}'),
	luci: 'ubus call luci getConntrackList'
};

/** Lines of figures as they are measured; one that says why where there is no OpenWrt to measure on. */
export async function* benchRouter(): AsyncGenerator<string> {
	let router;
	try {
		router = await Router.boot();
	} catch (error) {
		if (!(error instanceof NoImages)) throw error;
		yield `not measured on a real OpenWrt: ${error.message}`;
		return;
	}
	try {
		await install(router);
		await openTraffic(router);
		yield* await benchNavigation(router.machine.http);
		const limits = 'net.netfilter.nf_conntrack_max=131072 net.netfilter.nf_conntrack_udp_timeout=36000';
		await router.run(`sysctl -qw ${limits}`);
		for (const size of SIZES) {
			if (size > MANY) {
				await fill(router, MANY);
				yield* await benchShare(router);
			}
			await fill(router, size);
			yield* measure(router, size);
		}
	} finally {
		router.stop();
	}
}

async function* measure(router: Router, size: number): AsyncGenerator<string> {
	const cat = await seconds(router, COMMANDS.cat);
	yield `${size} connections: cat ${cat.toFixed(2)} s, an empty ucode ${(await seconds(router, COMMANDS.empty)).toFixed(2)} s`;
	const totals = await seconds(router, COMMANDS.totals);
	yield `  totals alone            ${ratio(totals, cat)} times cat (${totals.toFixed(2)} s)`;
	const largest = await seconds(router, COMMANDS.largest);
	yield `  totals and 100 largest  ${ratio(largest, cat)} times cat (${largest.toFixed(2)} s)`;
	if (size !== SIZES[0]) return;
	const luci = await seconds(router, COMMANDS.luci);
	yield `  LuCI's own list takes   ${ratio(luci, largest)} times as long as ours (${luci.toFixed(2)} s)`;
}

/** Sends datagrams from as many ports until the table has that many connections: the emulated device drops some. */
async function fill(router: Router, size: number): Promise<void> {
	const wire = await Wire.open(router.machine.cable);
	await until(`${size} connections`, 300, async () => {
		for (const [index, port] of PORTS.entries()) {
			const length = Math.max(0, Math.min(size - index * PER_PORT, PER_PORT));
			const sourcePorts = Array.from({ length }, (_, each) => FIRST_PORT + each);
			await wire.udp({ to: SERVER.ipv4, port, sourcePorts, payload: Buffer.from('x') });
		}
		return Number(await router.run('cat /proc/sys/net/netfilter/nf_conntrack_count')) >= size;
	});
	wire.close();
}

/** The median of several runs on the router's own clock, which counts hundredths of a second. */
async function seconds(router: Router, command: string): Promise<number> {
	const times: number[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const clock = 'cut -d" " -f1 /proc/uptime';
		const [from = NaN, to = NaN] = (await router.run(`${clock}; ${command} >/dev/null; ${clock}`, PATIENCE))
			.trim()
			.split('\n')
			.map(Number);
		times.push(to - from);
	}
	return median(times);
}

const ratio = (time: number, measure: number): string => (time / measure).toFixed(2).padStart(6);
