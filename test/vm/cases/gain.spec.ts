// SPDX-License-Identifier: Apache-2.0
/** What a mode gains, under traffic: the same as a measurement that shares nothing with it, and "cannot tell" where nobody can. */
import type { Mode } from '../../../rpcd/api/index.ts';
import { beginMeasuring, endMeasuring, side, startComparison, untilCompared } from '../comparison.ts';
import { expect as expectEngine, test as withEngine } from '../engine/test.ts';
import { addIproute, noIproute, removeIproute } from '../iproute.ts';
import { HARDWARE, SOFTWARE } from '../offloading.ts';
import type { Router } from '../router.ts';
import { expect, test } from '../test.ts';
import { CLIENT, SERVER, startDownload } from '../traffic.ts';
import { readConfig, untilSetUp } from '../transaction.ts';
import { Wire } from '../wire.ts';

/** By how much the two may differ. */
const TOLERANCE = 0.15;
/** Seconds that a comparison waits for traffic at the most. */
const WAIT = 120;
const LONG = 900_000;

/** Starts a download in the client, which stopTraffic ends. */
async function inClient(router: Router, script: string): Promise<void> {
	await router.run(
		`ip netns exec client sh -c '${script}' </dev/null >/dev/null 2>&1 & echo $! >>/tmp/downloads; : >/tmp/downloads.failed`
	);
}

/** Compares with what is set up, and checks it against the other measurement. */
async function compared(router: Router, mode: Mode, previous: Mode): Promise<void> {
	const config = await readConfig(router);
	await beginMeasuring(router);
	await startComparison(router, mode);
	const { report, answer } = await untilCompared(router);
	const direct = await endMeasuring(router, report.phases);
	for (const at of [0, 1]) console.log(side(report.phases[at], direct[at]));
	console.log(JSON.stringify(answer), `at rest ${report.idle_latency}`);
	expect(answer).toMatchObject({ code: 'compared', kept: false });
	for (const at of [0, 1]) {
		const ratio = (report.phases[at]?.cost ?? NaN) / (direct[at]?.cost ?? NaN);
		expect(Math.abs(ratio - 1), `phase ${at}: ${ratio}`).toBeLessThan(TOLERANCE);
	}
	const [before, after] = direct;
	if (!before || !after) throw new Error('two phases are measured');
	// It has seen that the traffic went on, wherever that is counted.
	expect(after.began - before.began - before.seconds).toBeLessThan(WAIT);
	const isLess = (costs: readonly (number | null | undefined)[]) => Number(costs[1]) < Number(costs[0]);
	expect(isLess(report.phases.map(({ cost }) => cost))).toBe(isLess(direct.map(({ cost }) => cost)));
	await untilSetUp(router, previous);
	expect(await readConfig(router)).toBe(config);
}

/** Why it cannot tell, and how many Mbit/s it has seen from the uplinks; null where it did not look. */
async function cannotTell(router: Router, mode: Mode): Promise<{ cause: string; mbit: number | null }> {
	await startComparison(router, mode);
	const { report, answer } = await untilCompared(router);
	console.log(JSON.stringify(answer), report.phases.map((phase) => JSON.stringify(phase)).join(' '));
	const received = report.phases[0]?.received;
	return {
		cause: answer.code === 'cannot_tell' ? answer.doubt.cause : answer.code,
		mbit: received === undefined ? null : Math.round(received / 1_000_000)
	};
}

test.setTimeout(LONG);

test('the CPU against software: the right sign, and the cost that another measurement finds', async ({
	router
}) => {
	await startDownload(router);
	await compared(router, 'software', 'off');
});

/** As packets of the wire: veth would hand on whole segments, in one phase larger ones than in the other. */
test('an upload over IPv6 alone, which a host outside has asked for', async ({ router }) => {
	await router.run(`
		uci -q batch <<-END
			add firewall forwarding
			set firewall.@forwarding[-1].src=wan
			set firewall.@forwarding[-1].dest=lan
			commit firewall
		END
		fw4 -q reload
		ip -n client link set eth0 gso_max_segs 1
		ip netns exec client uhttpd -p '[${CLIENT.ipv6}]:8003' -h /tmp/served
		ip netns exec server sh -c 'sleep 1; wget -O /dev/null http://[${CLIENT.ipv6}]:8003/long' </dev/null >/dev/null 2>&1 & echo $! >>/tmp/downloads; : >/tmp/downloads.failed`);
	try {
		await compared(router, 'software', 'off');
	} finally {
		await router.run("ip -n client link set eth0 gso_max_segs 65535; kill $(pgrep -f 'uhttpd -p .*:8003')");
	}
});

test('UDP one way, from beyond the machine: as much as was sent', async ({ router }) => {
	const wire = await Wire.open(router.machine.cable);
	let sending = true;
	// 1,000 datagrams of 1,400 bytes a second, with IP and UDP.
	const [each, payload] = [25, Buffer.alloc(1372)];
	const stream = async () => {
		for (let due = performance.now(); sending; due += each) {
			const sourcePorts = Array<number>(each).fill(4100);
			await wire.udp({ to: SERVER.ipv4, port: 9, sourcePorts, payload });
			await new Promise((resolve) => setTimeout(resolve, due + each - performance.now()));
		}
	};
	const streamed = stream();
	try {
		await startComparison(router, 'software');
		const { report, answer } = await untilCompared(router);
		console.log(JSON.stringify(answer), report.phases.map((phase) => JSON.stringify(phase)).join(' '));
		expect(answer.code).toBe('compared');
		for (const { sent, received } of report.phases) {
			expect(sent / 11_200_000).toBeGreaterThan(0.9);
			expect(sent / 11_200_000).toBeLessThan(1.1);
			expect(received).toBeLessThan(100_000);
		}
	} finally {
		sending = false;
		await streamed;
		wire.close();
	}
});

test('2 Mbit/s are too little', async ({ router }) => {
	await inClient(
		router,
		'while sleep 1; do wget -T 8 -O - http://10.9.9.2:8000/long 2>/dev/null | while [ "$(head -c 262144 | wc -c)" != 0 ]; do sleep 1; done; done'
	);
	expect(await cannotTell(router, 'software')).toEqual({ cause: 'too_little', mbit: 2 });
});

test('a download that ends at the router is none of its forwarding', async ({ router }) => {
	await router.run('uhttpd -p 192.168.1.1:8001 -h /tmp/served; sleep 1');
	await inClient(router, 'wget -O /dev/null http://192.168.1.1:8001/long');
	expect(await cannotTell(router, 'software')).toMatchObject({ cause: 'local' });
	await router.run("kill $(pgrep -f '^uhttpd -p 192.168.1.1:8001')");
});

test('a download between two ports of the LAN is bridged', async ({ router }) => {
	await router.run(`
		set -e
		ip netns add neighbour
		ip link add lan9 type veth peer name eth0 netns neighbour
		ip link set lan9 master br-lan; ip link set lan9 up
		ip -n neighbour link set eth0 up
		ip -n neighbour addr add 192.168.1.77/24 dev eth0
		ip netns exec neighbour uhttpd -p 192.168.1.77:8002 -h /tmp/served`);
	await inClient(router, 'sleep 1; wget -O /dev/null http://192.168.1.77:8002/long');
	expect(await cannotTell(router, 'software')).toMatchObject({ cause: 'bridged' });
	await router.run(
		"kill $(pgrep -f 'uhttpd -p 192.168.1.77:8002'); ip netns del neighbour; ip link del lan9 2>/dev/null; true"
	);
});

test('a shaper is told at once, and nothing is changed', async ({ router }) => {
	test.skip(noIproute() !== null, noIproute() ?? '');
	await addIproute(router);
	try {
		await router.run(`
			modprobe sch_cake; modprobe ifb numifbs=0; modprobe act_mirred; modprobe cls_matchall; modprobe sch_ingress
			ip link add ifb4far type ifb; ip link set ifb4far up
			tc qdisc add dev ifb4far root cake bandwidth 20mbit
			tc qdisc add dev far0 handle ffff: ingress
			tc filter add dev far0 parent ffff: matchall action mirred egress redirect dev ifb4far`);
		await startDownload(router);
		expect(await cannotTell(router, 'software')).toMatchObject({ cause: 'shaped' });
	} finally {
		await router.run('tc qdisc del dev far0 ingress; ip link del ifb4far; rmmod sch_cake; true');
		await removeIproute(router);
	}
});

withEngine(
	'software against hardware: the right sign, and the cost of another measurement',
	async ({ router, engine }) => {
		withEngine.setTimeout(LONG);
		expectEngine(await engine.entries()).toEqual([]);
		await router.run(SOFTWARE);
		await untilSetUp(router, 'software');
		await startDownload(router, 'ipv4', 'long');
		await compared(router, 'hardware', 'software');
	}
);

withEngine('downloads that end in hardware have lost the last of it', async ({ router, engine }) => {
	withEngine.setTimeout(LONG);
	expectEngine(await engine.entries()).toEqual([]);
	await router.run(HARDWARE);
	await untilSetUp(router, 'hardware');
	await startDownload(router);
	expectEngine(await cannotTell(router, 'software')).toMatchObject({ cause: 'cut_off' });
});

withEngine('hardware that takes nothing: says so, and why', async ({ router, engine }) => {
	withEngine.setTimeout(LONG);
	await engine.set({ refuseRules: true });
	await router.run(HARDWARE);
	await untilSetUp(router, 'hardware');
	await startDownload(router);
	expectEngine(await cannotTell(router, 'off')).toMatchObject({ cause: 'not_offloaded' });
});
