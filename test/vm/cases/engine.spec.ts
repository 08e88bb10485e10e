// SPDX-License-Identifier: Apache-2.0
/** The laboratory itself: what the kernel and firewall4 do with a packet engine, and with each kind of a worse one. */
import { FAR, LAN, PORTS, type Engine } from '../engine/engine.ts';
import { expect, test } from '../engine/test.ts';
import { HARDWARE } from '../offloading.ts';
import type { Router } from '../router.ts';
import {
	CLIENT,
	connections,
	countForwarded,
	download,
	FILE_SIZE,
	forwarded,
	reloadNetwork,
	SERVER,
	startDownload,
	stopTraffic,
	untilMarked,
	type Family
} from '../traffic.ts';
import { until } from '../until.ts';

const MEBIBYTE = 1024 * 1024;
const SIZE = 4 * MEBIBYTE;
/** Full packets of a download of that size. */
const PACKETS = Math.floor(SIZE / 1448);
/** Packets of a connection until its rules are in the engine, and at its end. */
const FEW = 300;

const flowtables = async (router: Router) =>
	(await router.run('nft list flowtables inet')).replaceAll('"', '');
const clientReceived = async (router: Router) =>
	Number(await router.run('ip netns exec client cat /sys/class/net/eth0/statistics/rx_bytes'));

/** Frames that the ports gave to the CPU during a download. */
async function received(router: Router, engine: Engine, family: Family = 'ipv4') {
	const before = { upload: await engine.received(LAN), download: await engine.received(FAR) };
	expect(await download(router, SIZE, family)).toBe(SIZE);
	return {
		upload: (await engine.received(LAN)) - before.upload,
		download: (await engine.received(FAR)) - before.download
	};
}

/** Both marks, and the engine's entries of the one connection, while a download is under way. */
async function whileDownloading<T>(router: Router, family: Family, look: () => Promise<T>): Promise<T> {
	await until('no offloaded connection of before', 30, async () =>
		(await connections(router, family, 'tcp')).every((line) => !line.includes('OFFLOAD]'))
	);
	await startDownload(router, family);
	const seen = await look();
	await stopTraffic(router);
	return seen;
}

/** Bytes that came back on the connection that is in hardware, as the kernel counts them. */
async function counted(router: Router): Promise<number> {
	const line = await untilMarked(router, 'ipv4', 'tcp', '[HW_OFFLOAD]');
	return Number(/ bytes=\d+ .* bytes=(\d+)/.exec(line)?.[1]);
}

for (const family of ['ipv4', 'ipv6'] as const)
	test(`a download over ${family} goes past the CPU`, async ({ router, engine }) => {
		await router.run(HARDWARE);
		expect(await flowtables(router)).toMatch(/devices = {[^}]*port0[^}]*port1[^}]*}\s+flags offload/);
		await countForwarded(router);
		const ports = await received(router, engine, family);
		const cpu = await forwarded(router);
		console.log(`${PACKETS} packets over ${family}: the ports received`, ports, 'the CPU forwarded', cpu);
		for (const count of [ports, cpu]) {
			expect(count.download).toBeLessThan(FEW);
			expect(count.upload).toBeLessThan(FEW);
		}

		await whileDownloading(router, family, async () => {
			await untilMarked(router, family, 'tcp', '[HW_OFFLOAD]');
			const entries = await engine.entries();
			expect(entries.map(({ type }) => type)).toContain(family === 'ipv4' ? 'IPv4 5T' : 'IPv6 5T');
			if (family === 'ipv4')
				expect(entries.map(({ to }) => to)).toContainEqual(
					expect.stringContaining(`${SERVER.ipv4}:${SERVER.port}->${CLIENT.ipv4}:`)
				);
		});
	});

test('netifd tells which ports have an engine', async ({ router, engine }) => {
	await engine.set({ noEngine: [FAR] });
	const status = async (port: number): Promise<unknown> =>
		JSON.parse(await router.run(`ubus call network.device status '{"name":"${PORTS[port] ?? ''}"}'`));
	expect(await status(LAN)).toMatchObject({ 'hw-tc-offload': true, speed: '1000F' });
	expect(await status(FAR)).toMatchObject({ 'hw-tc-offload': false, speed: '1000F' });
});

test('the connection counts what the engine forwards, and an engine without counters leaves it still', async ({
	router,
	engine
}) => {
	await router.run(HARDWARE);
	await whileDownloading(router, 'ipv4', () =>
		until('a count that moves', 40, async () => (await counted(router)) > SIZE)
	);
	await engine.set({ noStatistics: true });
	await whileDownloading(router, 'ipv4', async () => {
		await untilMarked(router, 'ipv4', 'tcp', '[HW_OFFLOAD]');
		const before = await clientReceived(router);
		await until('a good part of a download', 40, async () => {
			return (await clientReceived(router)) - before > FILE_SIZE / 2;
		});
		expect(await counted(router)).toBeLessThan(MEBIBYTE);
	});
	await engine.set({ portCounters: true });
	expect((await received(router, engine)).download).toBeGreaterThan(PACKETS);
});

test('rules that are not taken leave connections, and directions of them, to the CPU', async ({
	router,
	engine
}) => {
	test.setTimeout(480_000);
	await router.run(HARDWARE);
	const marked = (family: Family) =>
		whileDownloading(router, family, async () => {
			await until('offloading', 30, async () =>
				(await connections(router, family, 'tcp')).join().includes('OFFLOAD]')
			);
			const seconds = 3;
			await router.run(`sleep ${seconds}`);
			const lines = (await connections(router, family, 'tcp')).filter((line) => line.includes('OFFLOAD]'));
			return { hardware: lines.some((line) => line.includes('[HW_')), entries: await engine.entries() };
		});

	await test.step('refused', async () => {
		await engine.set({ refuseRules: true });
		expect(await marked('ipv4')).toEqual({ hardware: false, entries: [] });
		expect(await flowtables(router)).toContain('flags offload');
		expect((await received(router, engine)).download).toBeGreaterThan(PACKETS);
	});
	await test.step('IPv4 only', async () => {
		await engine.set({ ipv4Only: true });
		expect(await marked('ipv4')).toMatchObject({ hardware: true });
		expect(await marked('ipv6')).toMatchObject({ hardware: false });
	});
	await test.step('one direction only', async () => {
		await engine.set({ onlyTo: LAN });
		const { hardware, entries } = await marked('ipv4');
		expect(hardware).toBe(true);
		for (const { from } of entries) expect(from).toMatch(`${SERVER.ipv4}:${SERVER.port}->`);
		const ports = await received(router, engine);
		expect(ports.download).toBeLessThan(FEW);
		expect(ports.upload).toBeGreaterThan(FEW);
	});
	await test.step('one port without an engine: the mark is there, and every packet is on the CPU', async () => {
		await engine.set({ noEngine: [FAR] });
		await router.run('fw4 -q reload');
		const { hardware, entries } = await marked('ipv4');
		expect(hardware).toBe(true);
		for (const { from, packets } of entries)
			expect({ from, packets }).toEqual({
				from: expect.stringContaining(`${SERVER.ipv4}:${SERVER.port}->`),
				packets: 0
			});
		expect((await received(router, engine)).download).toBeGreaterThan(PACKETS);
		await engine.set();
		await router.run('fw4 -q reload');
	});
	await test.step('no room for the second direction', async () => {
		await engine.set({ entries: 1 });
		const { hardware, entries } = await marked('ipv4');
		expect(hardware).toBe(true);
		expect(entries).toHaveLength(1);
		await engine.set({ entries: 0 });
		expect(await marked('ipv4')).toEqual({ hardware: false, entries: [] });
	});
});

for (const [name, behaviour] of [
	['plain ports', { noEngine: [LAN, FAR] }],
	['ports that refuse', { refuseBind: [LAN, FAR] }]
] as const)
	test(`${name}: flags offload is accepted all the same, and nothing is in hardware`, async ({
		router,
		engine
	}) => {
		await engine.set(behaviour);
		await router.run(HARDWARE);
		expect(await flowtables(router)).toMatch(/port0[^}]*port1[^}]*}\s+flags offload/);
		await startDownload(router);
		await untilMarked(router, 'ipv4', 'tcp', '[OFFLOAD]');
		await router.run('sleep 3');
		expect((await connections(router, 'ipv4', 'tcp')).join('\n')).not.toContain('[HW_OFFLOAD]');
		expect(await engine.entries()).toEqual([]);
	});

test('a driver that is busy: the second reload falls back to software, and the third is in hardware again', async ({
	router,
	engine
}) => {
	await engine.set({ busy: true });
	await router.run(HARDWARE);
	expect(await flowtables(router)).toContain('flags offload');
	const { code, stderr } = await router.try(`
		nft -c -f - <<-END
			table inet probe {
				flowtable f {
					hook ingress priority 0
					devices = { ${PORTS[FAR]} }
					flags offload
				}
			}
		END`);
	expect(code).toBe(1);
	// "Resource busy" with musl.
	expect(stderr).toMatch(/resource busy/i);
	await router.run('fw4 -q reload');
	expect(await flowtables(router)).not.toContain('flags offload');
	await router.run('fw4 -q reload');
	expect(await flowtables(router)).toContain('flags offload');
});

test('a black hole: marked as in hardware, and nothing arrives', async ({ router, engine }) => {
	await router.run(HARDWARE);
	await engine.set({ swallow: true });
	expect(await download(router, SIZE, 'ipv4', 10)).toBeLessThan(SIZE);
	await whileDownloading(router, 'ipv4', async () => {
		await untilMarked(router, 'ipv4', 'tcp', '[HW_OFFLOAD]');
		const before = await clientReceived(router);
		await router.run('sleep 3');
		expect((await clientReceived(router)) - before).toBeLessThan(10_000);
	});
	await engine.set();
	expect(await download(router, SIZE)).toBe(SIZE);
});

test('an uplink in a VLAN: the engine takes the tag off and puts it on', async ({ router, engine }) => {
	await router.run(`
		set -e
		ip -n server link add link eth0 name vlan7 type vlan id 7
		ip -n server link set vlan7 up
		for address in ${SERVER.ipv4}/24 ${SERVER.ipv6}/64; do
			ip -n server addr del $address dev eth0
			ip -n server addr add $address dev vlan7
		done
		ip -n server route add default via 10.9.9.1
		uci set network.far.device=${PORTS[FAR]}.7
		uci commit network`);
	await reloadNetwork(router);
	await until('the uplink', 60, async () => {
		return (await router.try(`ip netns exec client ping -c 1 -W 1 ${SERVER.ipv4}`)).code === 0;
	});
	await router.run(HARDWARE);
	expect(await flowtables(router)).toMatch(/port0[^}]*port1 }\s+flags offload/);
	const ports = await received(router, engine);
	console.log(`${PACKETS} packets through a VLAN: the ports received`, ports);
	expect(ports.download).toBeLessThan(FEW);
	expect(ports.upload).toBeLessThan(FEW);
	await whileDownloading(router, 'ipv4', async () => {
		await untilMarked(router, 'ipv4', 'tcp', '[HW_OFFLOAD]');
		expect(await router.run('cat /sys/kernel/debug/ppe0/bind')).toMatch(/ vlan=7,0 ib1=/);
	});
});
