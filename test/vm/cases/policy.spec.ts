// SPDX-License-Identifier: Apache-2.0
/** The policy with traffic: what a rule keeps stays on the CPU, all else is offloaded, and firewall4's reloads change nothing of it. */
import type { FlowExplanation, FlowReason, Policy, PolicyRule } from '../../../rpcd/api/index.ts';
import { HARDWARE, SOFTWARE } from '../offloading.ts';
import { test as engineTest } from '../engine/test.ts';
import type { Router } from '../router.ts';
import { expect, test } from '../test.ts';
import {
	CLIENT,
	connections,
	reloadNetwork,
	SERVER,
	startHousehold,
	untilThrough,
	type Family,
	type Mark
} from '../traffic.ts';
import { ask, readConfig, tryOut, untilEnded } from '../transaction.ts';
import { until } from '../until.ts';

const RELOADS = 20;
/** Of the largest policy: rules, and addresses of all of them. */
const RULES = 200;
const ADDRESSES = 1000;
/** Milliseconds that it may add to a reload. */
const COST = 1000;

async function policyOf(router: Router): Promise<Policy> {
	return JSON.parse(await router.run('ubus -t 30 call luci.nft-offload get_policy')) as Policy;
}

/** Sets a policy as the page does, and keeps it. */
async function setPolicy(router: Router, policy: PolicyRule[], mode: 'software' | 'hardware' = 'software') {
	const id = await tryOut(router, { mode, policy, seconds: 120 });
	await ask(router, 'keep_change', { id });
	expect((await untilEnded(router)).outcome).toMatchObject({ code: 'kept' });
}

const MARKS: Record<'software' | 'hardware', Mark> = { software: '[OFFLOAD]', hardware: '[HW_OFFLOAD]' };

/** Waits until a download goes on that has the mark; for none, until one does, and none that there is is offloaded. */
const untilOn = (router: Router, family: Family, mark: Mark | null): Promise<true> =>
	until(`tcp over ${family} ${mark ?? 'on the CPU'}`, 30, async () => {
		const lines = await connections(router, family, 'tcp');
		const downloads = lines.filter((line) => line.includes(`dport=${SERVER.port} `));
		const found = downloads.some((line) => line.includes(mark ?? 'ESTABLISHED'));
		if (!found || (mark === null && downloads.some((line) => line.includes('OFFLOAD]'))))
			throw new Error(downloads.join('\n'));
		return true;
	});

async function expectPaths(
	router: Router,
	kept: readonly Family[],
	mode: 'software' | 'hardware' = 'software'
): Promise<void> {
	for (const family of ['ipv4', 'ipv6'] as const)
		await untilOn(router, family, kept.includes(family) ? null : MARKS[mode]);
}

test('a client under a download is taken off the fast path, stays off it over reloads, and comes back', async ({
	router
}) => {
	test.setTimeout(900_000);
	await router.run(SOFTWARE);
	const before = await readConfig(router);
	await startHousehold(router, ['ipv4', 'ipv6']);
	await expectPaths(router, []);
	const id = await tryOut(router, {
		mode: 'software',
		policy: [{ name: 'Box', clients: [CLIENT.ipv4] }],
		seconds: 120
	});
	await expectPaths(router, ['ipv4']);
	let lacks: unknown = 'nothing seen';
	await until('the proof', 60, async () => {
		const change = await ask(router, 'get_change', {});
		lacks = change.state === 'proving' ? change.proof : change;
		return change.state === 'proving' && change.proof.lacks === null;
	}).catch((error: unknown) => {
		throw new Error(`${String(error)}: ${JSON.stringify(lacks)}`);
	});
	await ask(router, 'keep_change', { id });
	// Three downloads. One that stalls is begun anew while it is looked at.
	const ofClient = async (): Promise<number> =>
		Number(await router.run(`grep -c ' ESTABLISHED src=${CLIENT.ipv4} ' /proc/net/nf_conntrack`));
	const first = await ofClient();
	const policy = await policyOf(router);
	const looks = [first, await ofClient()];
	expect(policy).toMatchObject({ force: { state: 'in_force' }, escaped: 0 });
	expect(policy.kept[0]).toBeGreaterThanOrEqual(Math.max(3, Math.min(...looks)));
	expect(policy.kept[0]).toBeLessThanOrEqual(Math.max(...looks));

	const script = `
		for each in $(seq ${RELOADS}); do
			fw4 -q reload
			grep -F 'dport=${SERVER.port} ' /proc/net/nf_conntrack | grep '^ipv4' | grep -c OFFLOAD || true
		done`;
	expect((await router.run(script, 300)).trim().split(/\s+/)).toEqual(
		Array.from({ length: RELOADS }, () => '0')
	);
	await expectPaths(router, ['ipv4']);
	await reloadNetwork(router, 'ifdown far; ifup far');
	await untilThrough(router);
	await expectPaths(router, ['ipv4']);
	expect(await policyOf(router)).toMatchObject({ force: { state: 'in_force' }, escaped: 0 });

	await setPolicy(router, []);
	await expectPaths(router, []);
	expect(await readConfig(router)).toBe(before);
	expect(await router.run('nft list table inet fw4')).not.toContain('nft_offload');
	expect((await router.try('[ -e /etc/config/nft-offload ]')).code).toBe(1);
});

const CLIENT_MAC = '02:00:00:00:00:50';
const SERVER_MAC = '02:00:00:00:09:02';

const KINDS: readonly [string, PolicyRule, readonly Family[]][] = [
	['a family', { name: 'a', family: 'ipv6' }, ['ipv6']],
	['a protocol', { name: 'a', protocol: 'tcp' }, ['ipv4', 'ipv6']],
	['a network of clients', { name: 'a', clients: ['fd77:1::/64'] }, ['ipv6']],
	['the end that answers', { name: 'a', clients: [SERVER.ipv4] }, ['ipv4']],
	['a destination', { name: 'a', destinations: ['10.9.9.0/24'] }, ['ipv4']],
	['ports', { name: 'a', ports: ['7000-8000'] }, ['ipv4', 'ipv6']],
	['another port', { name: 'a', ports: ['8001'] }, []],
	['a rule that is off', { name: 'a', enabled: false, protocol: 'tcp' }, []],
	['the first packets', { name: 'a', first_packets: 30 }, []],
	['a pair of zones', { name: 'a', src: 'lan', dest: 'wan', family: 'ipv4' }, ['ipv4']],
	['the other way between them', { name: 'a', src: 'wan', dest: 'lan' }, []],
	['the MAC address of who began it', { name: 'a', macs: [CLIENT_MAC], family: 'ipv6' }, ['ipv6']],
	['that of who answers', { name: 'a', macs: [SERVER_MAC] }, []],
	['a DSCP', { name: 'a', dscp: ['EF'] }, ['ipv4']],
	['another DSCP', { name: 'a', dscp: ['CS1'] }, []],
	['a mark', { name: 'a', mark: '0x10/0xf0' }, ['ipv6']],
	['another mark', { name: 'a', mark: '0x20/0xf0' }, []]
];

/** The line of a download over a family that is in this state, the one that has moved last. */
function downloadIn(router: Router, family: Family, state: string): Promise<string> {
	// One that stalls is begun anew, and may stay behind for hours: that which has moved last expires last.
	const expiry = (each: string) => Number(/ tcp +6 (\d+) /.exec(each)?.[1]);
	return until(
		`a download over ${family} in ${state}`,
		30,
		async () =>
			(await connections(router, family, 'tcp'))
				.filter((each) => each.includes(` dport=${SERVER.port} `) && each.includes(state))
				.sort((a, b) => expiry(b) - expiry(a))[0]
	);
}

/** Why a download over a family is where it is: of one that was in this state before and after it was asked about. */
function reasonsOf(router: Router, family: Family, state = 'ESTABLISHED'): Promise<FlowReason[]> {
	return until(`a download over ${family} that stays in ${state}`, 60, async () => {
		const [ends, source, destination, source_port, destination_port] =
			/ src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)/.exec(await downloadIn(router, family, state)) ?? [];
		const question = { family, protocol: 'tcp', source, destination };
		const ports = { source_port: Number(source_port), destination_port: Number(destination_port) };
		const answer = await router.run(
			`ubus -t 30 call luci.nft-offload explain_flow '${JSON.stringify({ ...question, ...ports })}'`
		);
		const stays = (await connections(router, family, 'tcp')).some(
			(each) => each.includes(ends ?? '?') && each.includes(state)
		);
		return stays ? (JSON.parse(answer) as FlowExplanation).reasons : null;
	});
}

/** What the client sends over IPv4 has the DSCP EF, and what comes back has none; connections over IPv6 are marked. */
const MARKING = `
	ip -n client link set eth0 address ${CLIENT_MAC}
	ip -n server link set eth0 address ${SERVER_MAC}
	ip netns exec client nft '
		table ip marking { chain output { type filter hook output priority 0; ip dscp set ef; }; }'
	nft '
		table ip6 marking { chain first { type filter hook prerouting priority mangle; ct mark set 0x13; }; }'`;

test('each kind of condition, over both families', async ({ router }) => {
	test.setTimeout(1_800_000);
	await router.run(SOFTWARE);
	await router.run(MARKING);
	await startHousehold(router, ['ipv4', 'ipv6']);
	for (const [name, rule, kept] of KINDS)
		await test.step(name, async () => {
			await setPolicy(router, [rule]);
			await expectPaths(router, kept);
			const [count] = (await policyOf(router)).kept;
			const told = (rule.src ?? rule.dest ?? rule.dscp) === undefined;
			if (!told) expect(count).toBeNull();
			else if (kept.length > 0) expect(count).toBeGreaterThan(0);
			for (const family of kept)
				expect(await reasonsOf(router, family)).toEqual([
					{ code: 'policy', rule: 'a', first_packets: null, certain: rule.dscp === undefined }
				]);
		});
	await test.step('the first packets, where nobody counts', async () => {
		await setPolicy(router, [{ name: 'a', first_packets: 30 }]);
		await router.run('sysctl -qw net.netfilter.nf_conntrack_acct=0; killall -q uclient-fetch');
		try {
			await expectPaths(router, []);
		} finally {
			await router.run('sysctl -qw net.netfilter.nf_conntrack_acct=1; killall -q uclient-fetch');
		}
	});
	await test.step('what has ended', async () => {
		await setPolicy(router, [{ name: 'a', protocol: 'tcp' }]);
		expect(await reasonsOf(router, 'ipv4', 'TIME_WAIT')).toEqual([{ code: 'tcp_state', state: 'TIME_WAIT' }]);
	});
	await setPolicy(router, []);
	await router.run('nft delete table ip6 marking; ip netns exec client nft delete table ip marking');
});

test('a template that somebody has changed is left alone, and the router goes back', async ({ router }) => {
	await router.run(SOFTWARE);
	const template = '/usr/share/firewall4/templates/ruleset.uc';
	await router.run(
		`cp ${template} /tmp/ruleset.uc; sed -i 's/ flow offload @ft/ ct original packets ge 5&/' ${template}`
	);
	try {
		await ask(router, 'start_change', {
			mode: 'software',
			policy: [{ name: 'Box', clients: [CLIENT.ipv4] }],
			seconds: 60
		});
		expect((await untilEnded(router, 120)).outcome).toMatchObject({
			code: 'reverted',
			reason: { code: 'policy_not_in_force', force: { cause: 'no_rule' } }
		});
		expect(await readConfig(router)).not.toContain('nft_offload');
	} finally {
		await router.run(`cp /tmp/ruleset.uc ${template}`);
	}
});

/** Has firewall4 write down when it runs its includes: the first right after its load, the other after ours. */
const stamped = (name: string): string => `
	echo 'read up idle </proc/uptime; echo $up >>/tmp/stamps' >/tmp/${name}
	uci -q batch <<-END
		set firewall.${name}=include
		set firewall.${name}.type=script
		set firewall.${name}.path=/tmp/${name}
		set firewall.${name}.fw4_compatible=1
		commit firewall
	END`;

/** Milliseconds, the second of three: of a reload, and of it from firewall4's load until our rules are in. */
async function reload(router: Router): Promise<{ whole: number; between: number }> {
	const times = await router.run(
		'for each in 1 2 3; do rm -f /tmp/stamps; read a b </proc/uptime; fw4 -q reload; read c b </proc/uptime; echo $a $c $(cat /tmp/stamps); done',
		120
	);
	const taken = times
		.trim()
		.split('\n')
		.map((line) => line.split(' ').map((seconds) => 1000 * Number(seconds)));
	const second = (of: (stamps: number[]) => number) => taken.map(of).sort((a, b) => a - b)[1] ?? NaN;
	return {
		whole: second(([from = NaN, to = NaN]) => to - from),
		between: second(([, , load = NaN, rules = NaN]) => rules - load)
	};
}

test('the largest policy: what it adds to a reload, and how long what it keeps is offloaded in it', async ({
	router
}) => {
	test.setTimeout(600_000);
	await router.run(SOFTWARE);
	await router.run(stamped('early'));
	const measure = async (rules: number): Promise<{ whole: number; between: number }> => {
		const each = ADDRESSES / RULES;
		const policy = Array.from({ length: rules }, (_, rule) => ({
			name: `rule ${rule}`,
			clients: Array.from({ length: each }, (__, i) => `10.${rule}.${i}.1`)
		}));
		if (rules > 0) await setPolicy(router, policy);
		// Behind ours, which stands there as long as there are rules.
		await router.run(stamped('late'));
		const found = await reload(router);
		await router.run('uci delete firewall.late; uci commit firewall');
		console.log(
			`${rules} rules: a reload takes ${found.whole} ms, ${found.between} of them until they are in`
		);
		return found;
	};
	const plain = await measure(0);
	await measure(1);
	const large = await measure(RULES);
	// Nothing else of a reload depends on the policy: what else differs is the machine's.
	expect(large.between - plain.between).toBeLessThan(COST);
	await setPolicy(router, []);
	await router.run('uci delete firewall.early; uci commit firewall');
});

engineTest('a client is kept out of the engine, the other family is in it', async ({ router, engine }) => {
	test.setTimeout(600_000);
	await router.run(HARDWARE);
	await startHousehold(router, ['ipv4', 'ipv6']);
	await expectPaths(router, [], 'hardware');
	await setPolicy(router, [{ name: 'Box', clients: [CLIENT.ipv4] }], 'hardware');
	await expectPaths(router, ['ipv4'], 'hardware');
	expect((await engine.entries()).map(({ type }) => type)).not.toContain('IPv4 5T');
	await setPolicy(router, [], 'hardware');
});
