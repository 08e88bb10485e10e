// SPDX-License-Identifier: Apache-2.0
/**
 * Random policies, on each ucode at hand: what they are rendered to decides as a plain reference does, and the file that they are
 * written to says the same. The nft of each root has the kernel check the rules, but for the statement that needs a flowtable.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Flow, PolicyRule } from '../../../rpcd/api/index.ts';
import { findRoots, type Root } from '../../roots/archives.ts';
import { run } from '../../roots/run.ts';
import { allTiers, type Tier } from '../tiers.ts';
import { isKept, keeperOf, type Carried } from './judge.ts';
import { CARRIED, FLOW, POLICY, ZONES } from './random.ts';

const POLICIES = 1000;
const FLOWS = 40;
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 0x7fffffff));
console.log(`random policies of SEED=${seed}`);

const policies = fc.sample(POLICY, { numRuns: POLICIES, seed });
const flows: Seen[] = fc.sample(fc.tuple(FLOW, CARRIED), { numRuns: FLOWS, seed });

interface Made {
	lines: string[];
	defines: string[];
	unknown: string[];
	/** With all known that can be; with the table alone; and those that may. */
	keepers: number[];
	untold: number[];
	perhaps: number[];
	/** Were who began it, or whom it came to, the router itself. */
	begun: number[];
	met: number[];
	/** As the file that it was written to is read. */
	read: { rules: PolicyRule[] | null };
	fault: object | null;
}

const PLUGIN = '/usr/libexec/rpcd/luci.nft-offload';

const PROGRAM = `#!/usr/bin/ucode
'use strict';
import { open } from 'fs';
import { deciders_of, keeper_of, place_of } from 'nft_offload.state.policy.decide';
import { policy_text, read_policy } from 'nft_offload.state.policy.file';
import { chain_lines } from 'nft_offload.state.policy.render';
import { refused_rules } from 'nft_offload.state.policy.rules';
import { place_zones } from 'nft_offload.state.policy.zones';
const job = json(open('/job.json', 'r').read(67108864));
print(sprintf('%J', map(job.policies, (rules) => {
	const fault = refused_rules(rules);
	if (fault != null) {
		return { fault: fault };
	}
	const file = open('/etc/config/nft-offload', 'w');
	file.write(policy_text(rules));
	file.close();
	const deciders = deciders_of(rules);
	const placed = place_zones(chain_lines(rules), () => job.memory);
	return {
		fault: null,
		lines: placed.lines,
		defines: placed.defines,
		unknown: placed.unknown,
		keepers: map(job.seen, (each) => keeper_of(deciders, each.known, each.flow, each.line)),
		untold: map(job.seen, (each) => keeper_of(deciders, job.nothing, each.flow, each.line)),
		perhaps: map(job.seen, (each) => place_of(null, deciders, each.known, each.flow, each.line)),
		begun: map(job.seen, (each) => keeper_of(deciders, job.own.begun, each.flow, each.line)),
		met: map(job.seen, (each) => keeper_of(deciders, job.own.met, each.flow, each.line)),
		read: read_policy()
	};
})));
`;

/** A connection, and what it carries. */
type Seen = readonly [Flow, Carried];

const zoneOf = (device: string) => Object.keys(ZONES).find((zone) => ZONES[zone]?.includes(device)) ?? '';

const MEMORY = {
	known: true,
	zones: Object.entries(ZONES).map(([name, devices]) => ({
		name,
		matches: devices.length === 0 ? [] : [{ of: devices, not: [] }],
		by_subnets: false,
		by_devices_alone: true
	}))
};

async function make(tier: Tier, given: readonly unknown[], over: readonly Seen[]): Promise<Made[]> {
	const seen = over.map(([flow, { from, to, macs, mark }]) => ({
		flow,
		line: ` [ASSURED] mark=${mark} use=1`,
		known: { neighbours: { [flow.original.source]: macs[0] }, own: {}, src: zoneOf(from), dest: zoneOf(to) }
	}));
	const nothing = { neighbours: {}, own: {}, src: null, dest: null };
	const own = (side: 'original' | 'reply') => ({
		...nothing,
		own: Object.fromEntries(over.map(([flow]) => [flow[side].source, true]))
	});
	const files = {
		[PLUGIN]: PROGRAM,
		'/job.json': JSON.stringify({
			policies: given,
			seen,
			nothing,
			own: { begun: own('original'), met: own('reply') },
			memory: MEMORY
		}),
		'/etc/config/.keep': ''
	};
	const { answer } = await tier.run({ name: '', files, method: '', expected: {} });
	return answer as Made[];
}

/** One transaction with a table for each policy. */
function rulesetOf(made: readonly Made[]): string {
	const defines = [...new Set(made.flatMap((each) => each.defines))];
	const tables = made.map(({ lines }, index) => {
		const chain = `inet policy${index} kept`;
		const rules = lines.filter((line) => line !== 'flow add @ft');
		return [`add table inet policy${index}`, `add chain ${chain}`]
			.concat(rules.map((line) => `add rule ${chain} ${line}`))
			.join('\n');
	});
	return [...defines, ...tables].join('\n');
}

const tiers = allTiers();

describe.each(tiers)('in $name', (tier) => {
	test(`${POLICIES} policies decide over ${FLOWS} connections as the reference does`, async () => {
		const made = await make(tier, policies, flows);
		let kept = 0;
		const off = { enabled: false };
		for (const [index, each] of made.entries()) {
			const { lines, unknown, keepers, untold, perhaps, begun, met, read, fault } = each;
			const rules = policies[index] ?? [];
			expect(fault, JSON.stringify(rules)).toBeNull();
			expect(unknown).toEqual([]);
			const keepersOf = (of: readonly PolicyRule[]) =>
				flows.map(([flow, carried]) => keeperOf(of, flow, carried, ZONES));
			const expected = keepersOf(rules);
			const story = `SEED=${seed}, policy ${index}: ${JSON.stringify(rules)}\n${lines.join('\n')}`;
			expect(keepers, story).toEqual(
				keepersOf(rules.map((rule) => (rule.dscp ? { ...rule, ...off } : rule)))
			);
			expect(untold, story).toEqual(
				keepersOf(
					rules.map((rule) =>
						(rule.dscp ?? rule.macs ?? rule.src ?? rule.dest) === undefined ? rule : { ...rule, ...off }
					)
				)
			);
			expect(perhaps, story).toEqual(
				keepersOf(rules.map(({ dscp, ...rule }) => (dscp ? rule : { ...rule, ...off })))
			);
			expect(
				flows.map(([flow, carried]) => isKept(lines, flow, carried, ZONES)),
				story
			).toEqual(expected.map((keeper) => keeper !== -1));
			expect(read.rules, story).toEqual(
				rules.map(({ enabled, ...rule }) => (enabled === false ? { ...rule, enabled } : rule))
			);
			// What ends at the router is not forwarded, so that no rule has anything to do with it.
			for (const local of [begun, met]) expect(local, story).toEqual(flows.map(() => -1));
			kept += expected.filter((keeper) => keeper !== -1).length;
		}
		expect(kept).toBeGreaterThan(POLICIES);
	});

	test('rules that differ in one list alone are one', async () => {
		const clients = (...places: number[]): PolicyRule[] =>
			places.map((place) => ({ name: `${place}`, clients: [`10.0.0.${place}`] }));
		const [few, many] = await make(
			tier,
			[
				[
					...clients(1),
					{ name: 'web', protocol: 'tcp', ports: ['443'] },
					{ name: 'off', clients: ['10.0.0.9'], enabled: false },
					...clients(2),
					{ name: 'tcp', protocol: 'tcp' },
					{ name: 'mail', protocol: 'tcp', ports: ['25', '444-445'] },
					{ name: 'other', clients: ['10.0.0.3'], ports: ['53'] },
					{ name: 'both', clients: ['10.0.0.4'], destinations: ['192.0.2.1'] },
					{ name: 'end', destinations: ['192.0.2.1'] },
					{ name: 'wider', clients: ['10.0.0.0/24', 'fd00::1'] }
				],
				clients(...Array.from({ length: 200 }, (_, i) => i + 1))
			],
			[]
		);
		const wide = '{ 10.0.0.0/24 }';
		expect(few?.lines).toEqual([
			`ct original ip saddr ${wide} return comment "rule 1, 4, 10"`,
			`ct reply ip saddr ${wide} return comment "rule 1, 4, 10"`,
			'ct original ip6 saddr { fd00::1 } return comment "rule 1, 4, 10"',
			'ct reply ip6 saddr { fd00::1 } return comment "rule 1, 4, 10"',
			'meta l4proto tcp ct original proto-dst { 25, 443-445 } return comment "rule 2, 6"',
			'meta l4proto tcp return comment "rule 5"',
			'ct original ip saddr { 10.0.0.3 } meta l4proto { tcp, udp } ct original proto-dst { 53 } return comment "rule 7"',
			'ct reply ip saddr { 10.0.0.3 } meta l4proto { tcp, udp } ct original proto-dst { 53 } return comment "rule 7"',
			'ct original ip saddr { 10.0.0.4 } ct original ip daddr { 192.0.2.1 } return comment "rule 8"',
			'ct reply ip saddr { 10.0.0.4 } ct original ip daddr { 192.0.2.1 } return comment "rule 8"',
			'ct original ip daddr { 192.0.2.1 } return comment "rule 9"',
			'flow add @ft'
		]);
		expect(many?.lines).toHaveLength(3);
		expect(many?.lines[0]).toMatch(/10\.0\.0\.200 \} return comment "rule 1, [^"]*, 16 and 184 more"$/);
	});

	test('what no rule can say is refused, and named', async () => {
		const hostile = [
			'1.2.3.4; flush ruleset',
			'1.2.3.4/33',
			'::1/129',
			'1.2.3.4/',
			'',
			'host',
			'0x7f000001',
			'a\0b',
			'1.2.3.4\0; flush ruleset'
		];
		const wrong: [option: string, rule: object][] = [
			...hostile.flatMap((text): [string, object][] => [
				['clients', { name: 'a', clients: [text] }],
				['destinations', { name: 'a', destinations: ['192.0.2.1', text] }]
			]),
			...['0', '65536', '5-4', '443; drop', '-1', '4 43'].map((text): [string, object] => [
				'ports',
				{ name: 'a', ports: [text] }
			]),
			...['', 'a\n', 'ä', 'x'.repeat(65)].map((name): [string, object] => [
				'name',
				{ name, protocol: 'tcp' }
			]),
			['name', { protocol: 'tcp' }],
			['protocol', { name: 'a', protocol: 'icmp' }],
			['family', { name: 'a', family: 'ipv5' }],
			...['', 'a b', '"', 'lan; drop', 'x'.repeat(33), 'a$b'].flatMap((zone): [string, object][] => [
				['src', { name: 'a', src: zone }],
				['dest', { name: 'a', dest: zone }]
			]),
			...['02:00:00:00:00', '02:00:00:00:00:0g', '02-00-00-00-00-50', '02:00:00:00:00:50 drop'].map(
				(mac): [string, object] => ['macs', { name: 'a', macs: [mac] }]
			),
			...['64', '-1', 'ef ', 'cs8', 'af15', 'af51', '0x10', ''].map((dscp): [string, object] => [
				'dscp',
				{ name: 'a', dscp: [dscp] }
			]),
			...['16', '0x', '0x1ffffffff', '0x10/0x0f', '0x1/', '0x1 drop', '0x1/0x1/0x1'].map(
				(mark): [string, object] => ['mark', { name: 'a', mark }]
			),
			['macs', { name: 'a', macs: Array.from({ length: 257 }, () => '02:00:00:00:00:50') }],
			['first_packets', { name: 'a', first_packets: 1 }],
			['first_packets', { name: 'a', first_packets: '30' }],
			['enabled', { name: 'a', protocol: 'tcp', enabled: 1 }],
			['verdict', { name: 'a', protocol: 'tcp', verdict: 'drop' }],
			['a condition', { name: 'a' }],
			['clients', { name: 'a', clients: [] }]
		];
		const made = await make(
			tier,
			wrong.map(([, rule]) => [{ name: 'fine', protocol: 'udp' }, rule]),
			[]
		);
		expect(made.map(({ fault }) => fault)).toEqual(
			wrong.map(
				([option]) => expect.objectContaining({ problem: 'policy_refused', rule: 2, option }) as object
			)
		);
	});
});

/** The root of 22.03.2 at hand is one without. */
function rootsWithNft(): readonly Root[] {
	const roots = findRoots();
	return typeof roots === 'string'
		? []
		: roots.filter(({ archive }) => /usr\/sbin\/nft$/m.test(run('tar', ['-tf', archive])));
}

/** nft and what it needs, and no more. */
const NFT = /^(\.\/)?(usr\/sbin\/nft|lib\/[^/]*\.so[^/]*|usr\/lib\/[^/]*\.so[^/]*)$/;

describe.each(rootsWithNft())('the nft of $name', ({ archive }) => {
	test('takes them all', async () => {
		const root = mkdtempSync(join(tmpdir(), 'nft-offload-nft-'));
		try {
			const members = run('tar', ['-tf', archive])
				.split('\n')
				.filter((name) => NFT.test(name));
			run('tar', ['-xf', archive, '-C', root, ...members]);
			writeFileSync(join(root, 'rules.nft'), `${rulesetOf(await make(tiers[0], policies, []))}\n`);
			const nft = ['chroot', root, '/usr/sbin/nft', '-c', '-f', '/rules.nft'];
			expect(run('unshare', ['--net', ...nft])).toBe('');
		} finally {
			rmSync(root, { recursive: true });
		}
	});
});
