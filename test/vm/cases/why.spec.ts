// SPDX-License-Identifier: Apache-2.0
/** What the diagnosis finds on a real kernel: each cause alone and first, and nothing on a router as it comes. */
import type { Diagnosis, Finding, Mode } from '../../../rpcd/api/index.ts';
import { FAR, LAN, PORTS } from '../engine/engine.ts';
import { test as withEngine } from '../engine/test.ts';
import { addIproute, noIproute, removeIproute } from '../iproute.ts';
import { HARDWARE, SOFTWARE } from '../offloading.ts';
import type { Router } from '../router.ts';
import { expect, test } from '../test.ts';
import {
	countForwarded,
	download,
	forwarded,
	rejoin,
	startDownload,
	stopTraffic,
	untilMarked,
	VETH
} from '../traffic.ts';
import { FACTOR, until } from '../until.ts';

const MEBIBYTE = 1024 * 1024;
/** Packets of a connection until it is offloaded, and at its end. */
const FEW = 300;
/** Seconds after the boot in which reloads are nobody's fault. */
const BOOT = 300;

async function diagnose(router: Router, mode?: Mode): Promise<Diagnosis> {
	const given = mode === undefined ? '' : ` '${JSON.stringify({ mode })}'`;
	const text = await router.run(`ubus call luci.nft-offload get_diagnosis${given}`);
	return JSON.parse(text) as Diagnosis;
}

async function findings(router: Router, mode?: Mode): Promise<Finding[]> {
	return (await diagnose(router, mode)).findings;
}

/** What the log has told of reloads until now is forgotten. */
const forgetLog = (router: Router): Promise<string> =>
	router.run('/etc/init.d/log restart; sleep 1; logger -t vm-test "start with an empty log"');

/** A script for each of a case's two ways, and the log that the last case has left. */
async function during(router: Router, cause: string, cure: string, look: () => Promise<void>): Promise<void> {
	await router.run(cause);
	try {
		await look();
	} finally {
		await router.run(cure);
	}
}

test('a router as it comes, idle and busy: nothing is found', async ({ router }) => {
	await forgetLog(router);
	expect(await findings(router)).toEqual([]);
	expect(await findings(router, 'software')).toEqual([]);
	await router.run(SOFTWARE);
	expect(await findings(router)).toEqual([]);
	await startDownload(router);
	await untilMarked(router, 'ipv4', 'tcp');
	const diagnosis = await diagnose(router);
	expect(diagnosis.findings).toEqual([]);
	expect(diagnosis.unanswered).toEqual([]);
	expect(diagnosis.chains.map(({ zone, interfaces }) => [zone, ...interfaces])).toContainEqual([
		'wan',
		'far'
	]);
	expect(await findings(router, 'off')).toEqual([]);
	await stopTraffic(router);
	console.log(`get_diagnosis: ${diagnosis.took_us} us`);
});

test('twenty zones and forty devices: the diagnosis is there within a second', async ({ router }) => {
	test.setTimeout(8 * 60_000 * FACTOR);
	const zones = Array.from({ length: 18 }, (_, i) => `z${i + 1}`);
	await router.run(
		zones
			.map(
				(zone, i) => `
			ip link add link br-lan name ${zone}a type vlan id ${100 + i}
			ip link add link br-lan name ${zone}b type vlan id ${200 + i}
			uci set firewall.${zone}=zone; uci set firewall.${zone}.name=${zone}
			uci add_list firewall.${zone}.device=${zone}a; uci add_list firewall.${zone}.device=${zone}b
			uci set firewall.${zone}.input=ACCEPT; uci set firewall.${zone}.output=ACCEPT; uci set firewall.${zone}.forward=REJECT`
			)
			.join('\n'),
		120
	);
	await router.run(SOFTWARE, 120);
	try {
		// What brings a device up may reload the firewall once more.
		await until('the zones', 60, async () => (await diagnose(router, 'off')).chains.length >= 38);
		// Whatever else this machine does: the quickest of three.
		const looks = [await diagnose(router), await diagnose(router), await diagnose(router)];
		const took_us = Math.min(...looks.map((look) => look.took_us));
		const { took_us: without } = await diagnose(router, 'off');
		console.log(
			`get_diagnosis of ${looks[0]?.chains.length} chains: ${took_us} us, without findings ${without} us`
		);
		expect(took_us).toBeLessThan(1_000_000 * FACTOR);
	} finally {
		await router.run(zones.map((zone) => `ip link del ${zone}a; ip link del ${zone}b`).join('\n'));
	}
});

test('rules by mark, accounting off, a table nearly full, a hook that is gone: each alone', async ({
	router
}) => {
	await forgetLog(router);
	await router.run(SOFTWARE);
	await during(
		router,
		'ip route add 198.51.100.0/24 via 10.9.9.2 table 100; ip rule add fwmark 0x100/0x3f00 lookup 100',
		'ip rule del fwmark 0x100/0x3f00 lookup 100; ip route flush table 100',
		async () => {
			const rule = { code: 'policy_routing', severity: 'warning', rules: 1, program: null };
			expect(await findings(router)).toEqual([{ ...rule, marks: ['0x100/0x3f00'] }]);
		}
	);
	await during(
		router,
		'sysctl -qw net.netfilter.nf_conntrack_acct=0',
		'sysctl -qw net.netfilter.nf_conntrack_acct=1',
		async () => {
			expect(await findings(router)).toEqual([{ code: 'accounting_off', severity: 'notice' }]);
		}
	);
	const count = async (): Promise<number> =>
		Number(await router.run('cat /proc/sys/net/netfilter/nf_conntrack_count'));
	const maximum = (await router.run('cat /proc/sys/net/netfilter/nf_conntrack_max')).trim();
	const timeout = 'net.netfilter.nf_conntrack_icmp_timeout';
	const before = (await router.run(`sysctl -n ${timeout}`)).trim();
	// That none of them leaves the table before it is looked at.
	await router.run(
		`sysctl -qw ${timeout}=600; for i in $(seq 40); do ping -c 1 -W 1 127.0.0.1 >/dev/null; done`
	);
	await during(
		router,
		`sysctl -qw net.netfilter.nf_conntrack_max=$(( $(cat /proc/sys/net/netfilter/nf_conntrack_count) + 1 ))`,
		`sysctl -qw net.netfilter.nf_conntrack_max=${maximum} ${timeout}=${before}`,
		async () => {
			const [found, ...others] = await findings(router);
			expect(found).toMatchObject({ code: 'table_nearly_full' });
			expect(others).toEqual([]);
			expect(await count()).toBeGreaterThan(0);
		}
	);
	// A device that goes and comes again, while nothing reloads the firewall for it: the kernel has dropped its hook.
	await during(
		router,
		'/etc/init.d/firewall disable',
		'/etc/init.d/firewall enable; fw4 -q reload',
		async () => {
			await rejoin(router, VETH);
			await until('the network `far` with its device', 60, async () => {
				return (await router.run('ubus call network.interface.far status')).includes('"up": true');
			});
			const [found, ...others] = await findings(router);
			expect(found).toMatchObject({ code: 'devices_differ', surplus: [] });
			expect(found).toMatchObject({ missing: expect.arrayContaining([VETH.far]) });
			expect(others).toContainEqual(
				expect.objectContaining({ code: 'not_covered', device: VETH.far, missing: [VETH.far] })
			);
		}
	);
	expect(await findings(router)).toEqual([]);
});

test('queues, quotas and logs in the way of forwarded packets', async ({ router }) => {
	await forgetLog(router);
	await router.run(SOFTWARE);
	const table = (rule: string): string =>
		`nft 'table inet vm_rules { chain look { type filter hook forward priority -2; ${rule}; }; }'`;
	const gone = 'nft delete table inet vm_rules';
	const chains = ['inet vm_rules look'];
	await during(router, table('tcp dport 8443 queue flags bypass to 9'), gone, async () => {
		expect(await findings(router)).toEqual([
			{ code: 'inspected', severity: 'warning', program: null, chains }
		]);
	});
	await during(router, table('ip saddr 192.168.1.9 quota over 10 mbytes drop'), gone, async () => {
		expect(await findings(router)).toEqual([{ code: 'counted', severity: 'warning', kind: 'quota', chains }]);
	});
	await during(router, table('ip saddr 192.168.1.9 counter'), gone, async () => {
		expect(await findings(router)).toEqual([
			{ code: 'counted', severity: 'notice', kind: 'counter', chains }
		]);
	});
	await during(router, table('ip saddr 192.168.1.9 log prefix "vm: "'), gone, async () => {
		expect(await findings(router)).toEqual([{ code: 'logged', severity: 'notice', chains }]);
	});
	await during(router, table('ct state new log prefix "vm: "'), gone, async () => {
		expect(await findings(router)).toEqual([]);
	});
});

test('the module is not loaded: the diagnosis finds nothing of it, and says so', async ({ router }) => {
	await forgetLog(router);
	await during(router, 'rmmod nft_flow_offload', 'modprobe nft_flow_offload', async () => {
		expect(await findings(router)).toEqual([]);
	});
});

test('an uplink that comes and goes: the reloads, each with its cause', async ({ router }) => {
	await until('the end of the time after the boot', BOOT + 60, async () => {
		return Number((await router.run('cut -d. -f1 /proc/uptime')).trim()) > BOOT;
	});
	await forgetLog(router);
	await router.run(SOFTWARE);
	const reloads = async (): Promise<number> =>
		Number(await router.run("logread -e 'firewall due to ifup of far' | wc -l"));
	for (let times = 1; times <= 4; times++) {
		await router.run('ifdown far; ifup far');
		await until(`reload ${times}`, 60, async () => (await reloads()) >= times);
	}
	await until('the end of the last reload', 30, async () => {
		return (await router.try('pgrep -f "hotplug-call iface"')).code !== 0;
	});
	const [found, ...others] = await findings(router);
	expect(others).toEqual([]);
	expect(found).toMatchObject({ code: 'reloads', severity: 'notice', seconds: 3600 });
	const told = found?.code === 'reloads' ? found.reloads : [];
	expect(told.filter(({ cause }) => cause?.interface === 'far')).toHaveLength(4);
	expect(told[0]?.cause).toEqual({ action: 'ifup', interface: 'far', device: 'far0' });
	const now = Number(await router.run('date +%s'));
	for (const { at } of told) expect(Math.abs(now - at)).toBeLessThan(300 * FACTOR);
	await forgetLog(router);
});

test('shapers in software: what leaves is shaped, what comes by an ifb device stays on the CPU', async ({
	router
}) => {
	test.skip(noIproute() !== null, noIproute() ?? '');
	await forgetLog(router);
	await addIproute(router);
	const size = 4 * MEBIBYTE;
	try {
		await router.run(`${SOFTWARE}; modprobe sch_cake; tc qdisc replace dev far0 root cake bandwidth 900mbit`);
		expect(await findings(router)).toEqual([]);
		await countForwarded(router);
		expect(await download(router, size)).toBe(size);
		const before = await forwarded(router);
		expect(before.download).toBeLessThan(FEW);
		// Each upload that the flowtable takes goes through the shaper of the device that it leaves by.
		const shaped = Number(
			/Sent \d+ bytes (\d+) pkt/.exec(await router.run('tc -s qdisc show dev far0'))?.[1]
		);
		expect(shaped).toBeGreaterThan(before.upload + 100);

		await router.run(`
			modprobe ifb numifbs=0; modprobe act_mirred; modprobe cls_matchall; modprobe sch_ingress
			ip link add ifb4far type ifb; ip link set ifb4far up
			tc qdisc add dev ifb4far root cake bandwidth 900mbit
			tc qdisc add dev far0 handle ffff: ingress
			tc filter add dev far0 parent ffff: matchall action mirred egress redirect dev ifb4far`);
		expect(await download(router, size)).toBe(size);
		const after = await forwarded(router);
		expect(after.download - before.download).toBeGreaterThan(Math.floor(size / 1448 / 2));
		const found = (await findings(router)).filter(({ code }) => code !== 'counted');
		expect(found).toEqual([
			{ code: 'shaped_on_cpu', severity: 'notice', device: 'far0', kind: 'cake', program: null }
		]);
	} finally {
		await router.run(`
			tc qdisc del dev far0 root; tc qdisc del dev far0 ingress; ip link del ifb4far
			rmmod sch_cake; true`);
		await removeIproute(router);
	}
});

withEngine(
	'shapers in hardware are passed by, both ways; and a client that moves',
	async ({ router, engine }) => {
		withEngine.skip(noIproute() !== null, noIproute() ?? '');
		expect(await engine.entries()).toEqual([]);
		await forgetLog(router);
		await addIproute(router);
		const address = '02:00:00:00:00:77';
		try {
			await router.run(`
			${HARDWARE}
			modprobe sch_cake; modprobe ifb numifbs=0; modprobe act_mirred; modprobe cls_matchall; modprobe sch_ingress
			tc qdisc replace dev ${PORTS[FAR]} root cake bandwidth 900mbit
			ip link add ifb4far type ifb; ip link set ifb4far up
			tc qdisc add dev ifb4far root cake bandwidth 900mbit
			tc qdisc add dev ${PORTS[FAR]} handle ffff: ingress
			tc filter add dev ${PORTS[FAR]} parent ffff: matchall action mirred egress redirect dev ifb4far`);
			const shaped = {
				code: 'shaped',
				severity: 'warning',
				device: PORTS[FAR],
				kind: 'cake',
				passed_by: 'hardware',
				program: null
			};
			expect(await findings(router)).toEqual([
				{ ...shaped, direction: 'egress' },
				{ ...shaped, direction: 'ingress' }
			]);
			await router.run(`tc qdisc del dev ${PORTS[FAR]} root; tc qdisc del dev ${PORTS[FAR]} ingress`);
			expect(await findings(router)).toEqual([]);

			await router.run(`bridge fdb replace ${address} dev eth2 master dynamic`);
			expect(await findings(router)).toEqual([]);
			await router.run(`bridge fdb replace ${address} dev ${PORTS[LAN]} master dynamic`);
			expect(await findings(router)).toEqual([
				{
					code: 'client_moved',
					severity: 'warning',
					address,
					old_port: 'eth2',
					new_port: PORTS[LAN]
				}
			]);
		} finally {
			await router.run(`
			bridge fdb del ${address} dev ${PORTS[LAN]} master
			tc qdisc del dev ${PORTS[FAR]} root; tc qdisc del dev ${PORTS[FAR]} ingress; ip link del ifb4far
			rm -f /var/run/nft-offload/clients.json; rmmod sch_cake; true`);
			await removeIproute(router);
		}
	}
);
