// SPDX-License-Identifier: Apache-2.0
/** The policy on OpenWrt's real programs: procd, rpcd, firewall4 with its include, and nft but for the flowtable itself. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Change, PolicyRule } from '../../rpcd/api/index.ts';
import { FILE, groundText, prepare } from '../faults/ground.ts';
import { until } from '../vm/until.ts';
import { Admin } from './admin.ts';
import { findParts } from './available.ts';
import { Machine } from './machine.ts';

const parts = await findParts();
if (typeof parts === 'string') console.log(`skipped, the policy on OpenWrt's userland: ${parts}`);

const POLICY = 'etc/config/nft-offload';
/** What an admin has in another table, and in an include of his own. */
const OTHERS = `
nft add table inet mine '{ chain first { type filter hook forward priority 10; ct mark 7 counter; }; }'
mkdir -p /etc/nftables.d
echo 'chain mine { ct mark 8 counter; }' >/etc/nftables.d/mine.nft
`;
const BOX: PolicyRule = { name: `it's "the" box`, clients: ['192.168.1.50', 'fd00::/64'], ports: ['443'] };

/** An nft that carries no file of ours out as long as that is held up. */
const SLOW_NFT = `
cat >/tmp/nft <<'END'
#!/bin/sh
case "$*" in
*' /var/run/nft-offload/'*) touch /tmp/reached; while [ -e /tmp/hold ]; do sleep 1; done ;;
esac
exec /usr/sbin/nft.real "$@"
END
chmod +x /tmp/nft
touch /tmp/hold
mv /usr/sbin/nft /usr/sbin/nft.real
mv /tmp/nft /usr/sbin/nft
`;

describe.skipIf(typeof parts === 'string')('a policy on OpenWrt’s userland', () => {
	let running: Machine | undefined;
	let before = '';

	const machine = (): Machine => {
		if (!running) throw new Error('not started');
		return running;
	};
	const text = (path: string): string =>
		existsSync(machine().path(path)) ? readFileSync(machine().path(path), 'latin1') : '';
	const table = (): Promise<string> => machine().shell('nft list table inet fw4');
	const flowtable = async (): Promise<string> =>
		/handle \d+/.exec(await machine().shell('nft -a list flowtables inet'))?.[0] ?? '';

	beforeAll(async () => {
		if (typeof parts === 'string') return;
		running = await Machine.start(parts);
		await running.shell(OTHERS);
		await prepare(running, groundText(text(FILE), 'software'));
		before = text(FILE);
	}, 60_000);

	afterAll(async () => {
		await running?.stop();
	});

	/** What became of a change once it has come so far. */
	async function seen(admin: Admin, state: Change['state']): Promise<Change> {
		let last: Change = { state: 'none' };
		await until(`the change to be ${state}`, 40, async () => {
			last = await admin.change();
			return last.state === state;
		}).catch((error: unknown) => {
			throw new Error(`${String(error)}: ${JSON.stringify(last)}`);
		});
		return last;
	}

	async function set(policy: PolicyRule[]): Promise<void> {
		const admin = await Admin.login(machine());
		const started = await admin.start({ mode: 'software', policy, seconds: 60 });
		if (!('report' in started)) throw new Error('nothing was started');
		await seen(admin, 'proving');
		await admin.decide('keep', started.report.id);
		await seen(admin, 'ended');
	}

	/** nft 1.0.2 of OpenWrt 22.03 has the kernel compare the right bytes, and lists the port as what it cannot name. */
	const IN_FORCE = [
		/chain forward \{\s+type filter hook forward priority filter; policy drop;\s+meta l4proto \{ tcp, udp \} jump nft_offload_policy comment "nft-offload [\d-]+"/,
		/ct original ip saddr 192\.168\.1\.50 meta l4proto \{ tcp, udp \} ct original proto-dst (443|0x1bb \[invalid type\]) return comment "rule 1"/,
		/ct reply ip6 saddr fd00::\/64 meta l4proto \{ tcp, udp \} ct original proto-dst (443|0x1bb \[invalid type\]) return comment "rule 1"/,
		/flow add @ft\s+\}/
	];

	async function expectInForce(): Promise<void> {
		const rules = await table();
		for (const part of IN_FORCE) expect(rules).toMatch(part);
		expect(rules.match(/flow add @ft/g)).toHaveLength(1);
		expect(rules).toMatch(/ct mark 0x0*8 counter/);
		expect(await machine().shell('nft list table inet mine')).toMatch(/ct mark 0x0*7 counter/);
	}

	test('it is kept: through a reload, and a restart without a warning', { timeout: 200_000 }, async () => {
		const handle = await flowtable();
		await set([BOX]);
		expect(text(POLICY)).toContain(`option name 'it'\\''s "the" box'`);
		await expectInForce();
		expect(await flowtable()).not.toBe(handle);
		for (let i = 0; i < 3; i++) {
			await machine().shell('fw4 -q reload');
			await expectInForce();
		}
		expect(await machine().shell('nft-offload policy')).toContain('In force.');
		await machine().reset();
		expect(await table()).toMatch(/jump nft_offload_policy/);
		expect(await machine().shell('ls /etc/nft-offload')).toBe('');
		// Who reloads while the lock is held waits for nobody that was left behind.
		expect(await machine().shell('flock -n /var/run/fw4.lock echo free')).toBe('free\n');
	});

	test('what was rendered of the file is read again, and not of another', { timeout: 100_000 }, async () => {
		const directory = '/var/run/nft-offload';
		const record = `${directory}/chain.json`;
		const kept = JSON.parse(await machine().shell(`cat ${record}`)) as { file: string; chain: string };
		expect(kept.file).toBe(text(POLICY));
		expect(await machine().shell(`ls -ld ${directory}`)).toMatch(/^drwx------/);
		await machine().shell(`sed -i 's/rule 1/&000/g' ${record}`);
		await machine().shell('fw4 -q reload');
		expect(await table()).toContain('comment "rule 1000"');
		// Of the same length, in the same second, by an editor that writes the file over.
		await machine().shell(`sed -i s/192.168.1.50/192.168.1.51/ /${POLICY}; fw4 -q reload`);
		expect(await table()).toMatch(/ip saddr 192\.168\.1\.51 .* comment "rule 1"/);
		await machine().shell(
			`sed -i s/192.168.1.51/192.168.1.50/ /${POLICY}; echo '{"file":' >${record}; fw4 -q reload`
		);
		expect(await table()).toMatch(IN_FORCE[1] ?? '');
		expect(JSON.parse(await machine().shell(`cat ${record}`))).toEqual(kept);
	});

	test('what another rule hands over is told', { timeout: 100_000 }, async () => {
		await machine().shell('nft insert rule inet fw4 forward ct mark 9 flow add @ft');
		expect(await machine().shell('nft-offload policy || true')).toContain(
			'Not in force: the chain forward offloads by other rules'
		);
		await machine().shell('fw4 -q reload');
		expect(await machine().shell('nft-offload policy')).toContain('In force.');
	});

	test('a change that ends beside a load takes nothing of it away', { timeout: 100_000 }, async () => {
		const admin = await Admin.login(machine());
		const started = await admin.start({
			mode: 'software',
			policy: [BOX, { name: 'b', ports: ['1'] }],
			seconds: 60
		});
		if (!('report' in started)) throw new Error('nothing was started');
		await seen(admin, 'proving');
		await machine().shell(SLOW_NFT);
		const loading = machine().shell('fw4 -q reload');
		await until('the include', 20, () =>
			machine()
				.shell('[ -e /tmp/reached ]')
				.then(() => true)
		);
		await admin.decide('keep', started.report.id);
		await seen(admin, 'ended');
		await machine().shell('rm /tmp/hold');
		await loading;
		await machine().shell('mv /usr/sbin/nft.real /usr/sbin/nft');
		expect(await machine().shell('nft-offload policy')).toContain('In force.');
	});

	test(
		'zones are looked up at each load, and other conditions stand as they are',
		{ timeout: 100_000 },
		async () => {
			await set([
				{ name: 'a', src: 'lan', dest: 'wan', protocol: 'udp' },
				{ name: 'b', macs: ['02:00:00:00:00:50'], dscp: ['EF', 'CS5'] },
				{ name: 'c', mark: '0x10/0xf0' }
			]);
			const devices = async (zone: string): Promise<string> =>
				/iifname (\{[^}]*\}|"[^"]*") jump forward_\w+/.exec(
					(await table()).replaceAll(new RegExp(`jump (?!forward_${zone}\\b)forward_\\w+`, 'g'), '')
				)?.[1] ?? '';
			const [lan, wan] = [await devices('lan'), await devices('wan')];
			const rules = await table();
			expect(rules).toContain(
				`ct direction original iifname ${lan} oifname ${wan} meta l4proto udp return comment "rule 1"`
			);
			expect(rules).toContain(
				`ct direction reply iifname ${wan} oifname ${lan} meta l4proto udp return comment "rule 1"`
			);
			expect(rules).toMatch(
				/ct direction original ether saddr 02:00:00:00:00:50 ip6 dscp \{ cs5, ef \} .*return comment "rule 2"/
			);
			expect(rules).toMatch(/ct direction reply meta nfproto ipv6 return comment "rule 2"/);
			expect(rules).toMatch(/ct mark & 0x0*f0 == 0x0*10 return comment "rule 3"/);
			expect(await machine().shell('nft-offload policy')).toMatch(/not counted[^]*keeps 0 connections/);

			await machine().shell(`sed -i "s/option src 'lan'/option src 'gone'/" /${POLICY}; fw4 -q reload`);
			expect(await table()).not.toContain('comment "rule 1"');
			expect(await table()).toContain('comment "rule 3"');
			expect(await machine().shell('nft-offload policy || true')).toMatch(
				/^Not in force: what goes by a zone that the firewall has not,[^]*\(gone\)\.[^]*keeps 0 connections/
			);
		}
	);

	test(
		'what somebody has written, and switched off, is put in force as it is written',
		{ timeout: 100_000 },
		async () => {
			const written = '# Annas phone.\nconfig keep\n\toption name Voice\n\tlist client 192.168.1.60 # desk\n';
			await machine().shell(
				`echo 'option enabled off' >>/${FILE}; cat >/${POLICY} <<'END'\n${written}END\nfw4 -q reload`
			);
			expect(await machine().shell('nft-offload policy || true')).toContain(
				'Not in force: /etc/config/firewall has no enabled include for it.'
			);
			await set([{ name: 'Voice', clients: ['192.168.1.60'] }]);
			expect(await machine().shell('nft-offload policy')).toContain('In force.');
			expect(text(POLICY)).toBe(written);
			expect(await table()).toContain('ct original ip saddr 192.168.1.60 return comment "rule 1"');

			// The file as it is, of which the kernel has another.
			await machine().shell(`sed -i s/192.168.1.60/192.168.1.61/ /${POLICY}`);
			expect(await machine().shell('nft-offload policy || true')).toContain('not loaded since');
			await set([{ name: 'Voice', clients: ['192.168.1.61'] }]);
			expect(await machine().shell('nft-offload policy')).toContain('In force.');
			expect(await table()).toContain('ct original ip saddr 192.168.1.61 return comment "rule 1"');

			// To take that back leaves the file as it was, too.
			await machine().shell(`sed -i s/192.168.1.61/192.168.1.62/ /${POLICY}`);
			const admin = await Admin.login(machine());
			const started = await admin.start({
				mode: 'software',
				policy: [{ name: 'Voice', clients: ['192.168.1.62'] }],
				seconds: 60
			});
			if (!('report' in started)) throw new Error('nothing was started');
			await seen(admin, 'proving');
			await admin.decide('undo', started.report.id);
			expect(await seen(admin, 'ended')).toMatchObject({
				outcome: { code: 'reverted', reason: { code: 'asked' }, loaded: true }
			});
			expect(text(POLICY)).toBe(written.replace('.60', '.62'));
			expect(await machine().shell('ls /etc/nft-offload')).toBe('');
		}
	);

	test('an empty one leaves no trace', { timeout: 100_000 }, async () => {
		await set([]);
		expect(text(FILE)).toBe(before);
		expect(existsSync(machine().path(POLICY))).toBe(false);
		const rules = await table();
		expect(rules).not.toContain('nft_offload');
		expect(rules).toMatch(/meta l4proto \{ tcp, udp \} flow add @ft/);
	});

	test('a restart inside the window takes back both files', { timeout: 200_000 }, async () => {
		const admin = await Admin.login(machine());
		await admin.start({ mode: 'software', policy: [BOX], seconds: 60 });
		await seen(admin, 'proving');
		await expectPolicyThere();
		await machine().reset();
		expect(text(FILE)).toBe(before);
		expect(existsSync(machine().path(POLICY))).toBe(false);
		expect(await table()).not.toContain('nft_offload');
		expect(await machine().shell('ls /etc/nft-offload')).toBe('');
	});

	const expectPolicyThere = async (): Promise<void> => {
		expect(text(POLICY)).not.toBe('');
		expect(await table()).toContain('jump nft_offload_policy');
	};

	test(
		'a changed template is left alone: the router goes back, and says why',
		{ timeout: 200_000 },
		async () => {
			const template = '/usr/share/firewall4/templates/ruleset.uc';
			await machine().shell(
				`cp ${template} /tmp/template; sed -i 's/ flow offload @ft/ ct original packets ge 5&/' ${template}`
			);
			const admin = await Admin.login(machine());
			await admin.start({ mode: 'software', policy: [BOX], seconds: 20 });
			expect(await seen(admin, 'ended')).toMatchObject({
				outcome: {
					code: 'reverted',
					reason: { code: 'policy_not_in_force', force: { cause: 'no_rule' } }
				}
			});
			await machine().shell(`cp /tmp/template ${template}`);
			expect(text(FILE)).toBe(before);
			expect(existsSync(machine().path(POLICY))).toBe(false);
		}
	);
});
