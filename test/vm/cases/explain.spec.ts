// SPDX-License-Identifier: Apache-2.0
/** What explain_flow says of connections whose cause a case has made: that cause first, and alone. */
import type { FlowExplanation, Relearning } from '../../../rpcd/api/index.ts';
import { FAR, LAN, PORTS } from '../engine/engine.ts';
import { expect, test as engineTest } from '../engine/test.ts';
import { nestUplink, unnestUplink } from '../nested.ts';
import { HARDWARE, SOFTWARE } from '../offloading.ts';
import { hooksLowest } from '../release.ts';
import type { Router } from '../router.ts';
import { test } from '../test.ts';
import { CLIENT, connections, SERVER, startDownload, stopTraffic, untilMarked } from '../traffic.ts';
import { until } from '../until.ts';
import { Wire, WIRE } from '../wire.ts';

/** Beside the client, on the same bridge. */
const NEIGHBOUR = '192.168.1.70';
const FTP = 21;
/** A question for "a.test", which the server in the guest answers. */
const QUESTION = Buffer.from('123401000001000000000000016104746573740000010001', 'hex');

/** What tells a connection in the kernel's list: ports are left out where it has none. */
interface Wanted {
	protocol: string;
	source: string;
	destination: string;
	port?: number;
}

/** A server of a case's own, until {@link UNSERVE}. */
const serve = (space: string, address: string, port: number): string =>
	`ip netns exec ${space} uhttpd -f -p ${address}:${port} -h /tmp/served -n 4 -T 5 </dev/null >/dev/null 2>&1 & echo $! >/tmp/served.pid`;
const UNSERVE = 'kill $(cat /tmp/served.pid)';

/** The line of the first such connection, or of the first that has this text in it. */
async function lineOf(router: Router, given: Wanted, text = ''): Promise<string> {
	const { protocol, source, destination, port } = given;
	const wanted = new RegExp(
		` ${protocol} .*?src=${source} dst=${destination} ${port === undefined ? '' : `sport=\\d+ dport=${port} `}.* src=`
	);
	return until(`${protocol} to ${destination}`, 30, async () =>
		(await router.run('cat /proc/net/nf_conntrack'))
			.split('\n')
			.find((line) => wanted.test(line) && line.includes(text))
	);
}

/** The same connection as that of a line, as it is now. */
const lineAgain = (router: Router, line: string, given: Wanted): Promise<string> =>
	lineOf(router, given, /sport=\d+ /.exec(line)?.[0]);

/** Asks for the connection of a line. */
async function explain(router: Router, line: string): Promise<FlowExplanation> {
	const [, family, protocol, source, destination] =
		/^(\S+) +\d+ (\S+) .*?src=(\S+) dst=(\S+) /.exec(line) ?? [];
	const ports = /sport=(\d+) dport=(\d+)/.exec(line);
	const wanted = {
		family,
		protocol,
		source,
		destination,
		...(ports ? { source_port: Number(ports[1]), destination_port: Number(ports[2]) } : {})
	};
	const answer = JSON.parse(
		await router.run(`ubus call luci.nft-offload explain_flow '${JSON.stringify(wanted)}'`)
	) as FlowExplanation;
	console.log(line, JSON.stringify(answer));
	return answer;
}

async function reasonsOf(router: Router, wanted: Wanted): Promise<FlowExplanation['reasons']> {
	return (await explain(router, await lineOf(router, wanted))).reasons;
}

const fromClient = (protocol: string, port?: number, destination = SERVER.ipv4): Wanted => ({
	protocol,
	source: CLIENT.ipv4,
	destination,
	...(port === undefined ? {} : { port })
});

/** Downloads without an end, until the case is over. */
async function fetchFrom(router: Router, address: string, port: number): Promise<void> {
	await router.run(
		`ip netns exec client wget -q -O /dev/null http://${address}:${port}/long </dev/null >/dev/null 2>&1 & echo $! >>/tmp/downloads; : >>/tmp/downloads.failed`
	);
}

test('FTP: the helper that firewall4 gives to a zone without masquerading', async ({ router }) => {
	await router.run(`
		modprobe nf_conntrack_ftp || insmod nf_conntrack_ftp
		${serve('server', SERVER.ipv4, FTP)}`);
	await router.run(SOFTWARE);
	try {
		await fetchFrom(router, SERVER.ipv4, FTP);
		await fetchFrom(router, SERVER.ipv4, SERVER.port);
		const [reason, ...more] = await reasonsOf(router, fromClient('tcp', FTP));
		expect(reason).toMatchObject({ code: 'helper', helper: 'ftp', chain: 'inet fw4 helper_lan' });
		expect(reason).toHaveProperty('rule', expect.stringContaining('tcp dport 21 ct helper set "ftp"'));
		expect(more).toEqual([]);
		// A download of the case before may still be on its way out of the table.
		const beside = await lineOf(router, fromClient('tcp', SERVER.port), '[OFFLOAD]');
		expect((await explain(router, beside)).reasons).toEqual([
			{ code: 'offloaded', path: 'software', one_way: false }
		]);
	} finally {
		// While the firewall is away, packets of a client would leave with its own address, and its connection never end.
		await stopTraffic(router);
		await router.run(`${UNSERVE}; fw4 -q flush; rmmod nf_conntrack_ftp; fw4 -q restart || true`);
	}
});

test('two clients of one bridge, whose packets netfilter sees', async ({ router }) => {
	await router.run(`
		set -e
		modprobe br_netfilter || insmod br_netfilter
		sysctl -qw net.bridge.bridge-nf-call-iptables=1
		ip netns add neighbour
		ip link add side0 type veth peer name eth0 netns neighbour
		ip link set side0 master br-lan up
		ip -n neighbour link set eth0 up
		ip -n neighbour addr add ${NEIGHBOUR}/24 dev eth0
		${serve('neighbour', NEIGHBOUR, 80)}`);
	try {
		await router.run(SOFTWARE);
		await fetchFrom(router, NEIGHBOUR, 80);
		const wanted = fromClient('tcp', 80, NEIGHBOUR);
		const bridged = [{ code: 'bridged', device: 'br-lan' }];
		// firewall4's rule marks it, though no hook is where its packets enter.
		const marked = await lineOf(router, wanted, '[OFFLOAD]');
		const ports = hooksLowest(router.machine.version);
		expect((await explain(router, marked)).reasons).toEqual(
			ports ? [{ code: 'offloaded', path: 'software', one_way: false }] : bridged
		);
		await router.run('sysctl -qw net.bridge.bridge-nf-call-iptables=0; fw4 -q reload');
		const now = await until('no mark', 30, async () => {
			const line = await lineAgain(router, marked, wanted);
			return !line.includes('[OFFLOAD]') && line;
		});
		expect((await explain(router, now)).reasons).toEqual(bridged);
	} finally {
		await stopTraffic(router);
		await router.run(`${UNSERVE}; ip link del side0; ip netns del neighbour; rmmod br_netfilter`);
	}
});

test('what begins or ends at the router, and what is neither TCP nor UDP', async ({ router }) => {
	await router.run(SOFTWARE);
	await router.run('ip netns exec client wget -q -O /dev/null http://192.168.1.1/');
	expect(await reasonsOf(router, fromClient('tcp', 80, '192.168.1.1'))).toEqual([
		{ code: 'local', end: 'destination', address: '192.168.1.1' }
	]);
	await router.run(`wget -q -O /dev/null http://${SERVER.ipv4}:${SERVER.port}/`);
	const own = { protocol: 'tcp', source: '10.9.9.1', destination: SERVER.ipv4, port: SERVER.port };
	expect(await reasonsOf(router, own)).toEqual([{ code: 'local', end: 'source', address: '10.9.9.1' }]);
	await router.run(`ip netns exec client ping -c 2 ${SERVER.ipv4}`);
	expect(await reasonsOf(router, fromClient('icmp'))).toEqual([{ code: 'protocol', protocol: 'icmp' }]);
	await router.run(
		`ip netns exec client wget -q -O /dev/null http://${SERVER.ipv4}:${SERVER.port}/nothing || true`
	);
	const ended = await until('a connection that has ended', 30, async () =>
		(await router.run('cat /proc/net/nf_conntrack'))
			.split('\n')
			.find(
				(line) => line.includes(`src=${CLIENT.ipv4} dst=${SERVER.ipv4}`) && /(TIME_WAIT|CLOSE) /.test(line)
			)
	);
	const [state, ...more] = (await explain(router, ended)).reasons;
	expect(state?.code).toBe('tcp_state');
	expect(more).toEqual([]);
});

test('UDP one way: a packet is too few, and from the second on nobody has to answer', async ({ router }) => {
	await router.run(SOFTWARE);
	const wire = await Wire.open(router.machine.cable);
	try {
		const send = () => wire.udp({ to: SERVER.ipv4, port: 9, sourcePorts: [4009], payload: Buffer.from('x') });
		const wanted = { protocol: 'udp', source: WIRE.ipv4, destination: SERVER.ipv4, port: 9 };
		await send();
		const first = await explain(router, await lineOf(router, wanted));
		expect(first.flow).toMatchObject({ replied: false });
		expect(first.reasons).toEqual([{ code: 'few_packets', packets: 1 }]);
		await send();
		await send();
		await until('a mark', 20, async () => (await lineOf(router, wanted)).includes('[OFFLOAD]'));
		const second = await explain(router, await lineOf(router, wanted));
		expect(second.flow).toMatchObject({ replied: false, path: 'software' });
		expect(second.reasons).toEqual([{ code: 'offloaded', path: 'software', one_way: false }]);
	} finally {
		wire.close();
	}
});

test('offloaded, and paused for longer than the flowtable waits', async ({ router }) => {
	await router.run(SOFTWARE);
	const waits = 'net.netfilter.nf_flowtable_udp_timeout';
	await router.run(`sysctl -qw ${waits}=20`);
	const wire = await Wire.open(router.machine.cable);
	try {
		for (let answers = 1; answers <= 4; answers++) {
			await wire.udp({ to: SERVER.ipv4, port: 5300, sourcePorts: [5354], payload: QUESTION });
			await until(`answer ${answers}`, 20, () => wire.answers >= answers);
		}
		const wanted = { protocol: 'udp', source: WIRE.ipv4, destination: SERVER.ipv4, port: 5300 };
		const seen = await explain(router, await lineOf(router, wanted));
		expect(seen.reasons).toEqual([{ code: 'offloaded', path: 'software', one_way: false }]);
		await until('no mark', 90, async () => !(await lineOf(router, wanted)).includes('[OFFLOAD]'));
		expect(await reasonsOf(router, wanted)).toEqual([{ code: 'timed_out', seconds: 20 }]);
		// With another flowtable nobody has seen it.
		await router.run('fw4 -q reload');
		const [reason, ...more] = await reasonsOf(router, wanted);
		expect(reason?.code).toBe('idle');
		expect(more).toEqual([]);
	} finally {
		wire.close();
		await router.run(`sysctl -qw ${waits}=30`);
	}
});

for (const family of ['ipv4', 'ipv6'] as const)
	test(`learned again by ten reloads, ${family}: the download of before goes on, and is marked anew`, async ({
		router
	}) => {
		await router.run(SOFTWARE);
		await startDownload(router, family, 'long');
		const begun = await untilMarked(router, family, 'tcp');
		const port = /sport=\d+ /.exec(begun)?.[0] ?? 'none';
		const now = async (): Promise<string> =>
			(await connections(router, family, 'tcp')).find((line) => line.includes(port)) ?? '';
		const received = (line: string): number => Number(/ bytes=\d+ .* bytes=(\d+)/.exec(line)?.[1]);
		for (let reload = 0; reload < 10; reload++) {
			const before = await now();
			const answer = JSON.parse(
				await router.run(`ubus -t 60 call luci.nft-offload relearn_flows '{"client":"${CLIENT[family]}"}'`)
			) as Relearning;
			expect(answer).toMatchObject({ relearning: true, mode_before: 'software', mode: 'software' });
			expect(answer.concerned).toBeGreaterThan(0);
			await until('the same connection, marked, and more of it', 30, async () => {
				const line = await now();
				return line.includes('[OFFLOAD]') && received(line) > received(before);
			});
		}
		expect(await stopTraffic(router)).toBe('');
	});

engineTest('an uplink above what is hooked: marked, and named as what it is', async ({ router, engine }) => {
	expect(await engine.entries()).toEqual([]);
	await nestUplink(router, PORTS[FAR]);
	try {
		await startDownload(router, 'ipv4', 'long');
		await untilMarked(router, 'ipv4', 'tcp');
		const reasons = await reasonsOf(router, fromClient('tcp', SERVER.port));
		expect(reasons).toEqual(
			hooksLowest(router.machine.version)
				? [{ code: 'offloaded', path: 'software', one_way: false }]
				: [{ code: 'not_covered', device: 'far9', missing: [PORTS[FAR]] }]
		);
	} finally {
		await unnestUplink(router);
	}
});

engineTest('in hardware in one direction, by the table of the engine', async ({ router, engine }) => {
	await engine.set({ onlyTo: LAN });
	await router.run(HARDWARE);
	await startDownload(router, 'ipv4', 'long');
	await untilMarked(router, 'ipv4', 'tcp', '[HW_OFFLOAD]');
	const wanted = fromClient('tcp', SERVER.port);
	await until('the entry of one direction', 30, async () => (await engine.entries()).length === 1);
	expect(await reasonsOf(router, wanted)).toEqual([{ code: 'offloaded', path: 'hardware', one_way: true }]);
});
