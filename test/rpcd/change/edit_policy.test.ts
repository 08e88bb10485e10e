// SPDX-License-Identifier: Apache-2.0
/** The editor of /etc/config/nft-offload by examples, in Node and on each real ucode at hand. */
import { describe, expect, test } from 'vitest';
import type { PolicyRule } from '../../../rpcd/api/index.ts';
import { allTiers, type Tier } from '../tiers.ts';

interface Example {
	name: string;
	before: string;
	rules: PolicyRule[];
	after: string;
}

const HEADER =
	'# Connections that stay on the CPU: Network > Firewall > Flow Offloading, or nft-offload policy.\n\n';
const VOICE: PolicyRule = { name: 'Voice', macs: ['02:00:00:00:00:50'], dscp: ['EF'] };
const VOICE_TEXT = "config keep\n\toption name 'Voice'\n\tlist mac '02:00:00:00:00:50'\n\tlist dscp 'EF'\n";
const WEB: PolicyRule = { name: 'Web', ports: ['443'] };
const WEB_TEXT = "config keep\n\toption name 'Web'\n\tlist port '443'\n";

/** As somebody writes it who knows why. */
const BY_HAND = `# Ours; ask Anna before you touch it.

# The phone on her desk.
config keep	phone
	option	name	Voice	# as she calls it
	list mac "02:00:00:00:00:50"
	# list mac '02:00:00:00:00:51'
	list dscp EF


# Until the filter learns QUIC.
config keep
	option name 'Web'
	list port 443
`;

const EXAMPLES: Example[] = [
	{ name: 'a new file', before: '', rules: [VOICE, WEB], after: `${HEADER}${VOICE_TEXT}\n${WEB_TEXT}` },
	{ name: 'no rule, no file', before: BY_HAND, rules: [], after: '' },
	{ name: 'nothing to do', before: BY_HAND, rules: [VOICE, WEB], after: BY_HAND },
	{
		name: 'a rule that comes',
		before: BY_HAND,
		rules: [VOICE, WEB, { name: 'New', family: 'ipv6' }],
		after: `${BY_HAND}\nconfig keep\n\toption name 'New'\n\toption family 'ipv6'\n`
	},
	{
		name: 'a rule that goes, with what is said of it',
		before: BY_HAND,
		rules: [WEB],
		after: BY_HAND.replace(/\n# The phone[^]*EF\n/, '')
	},
	{
		name: 'a rule that is switched off keeps what is said of it, and the other every byte',
		before: BY_HAND,
		rules: [VOICE, { ...WEB, enabled: false }],
		after: BY_HAND.replace("'Web'\n\tlist port 443\n", "'Web'\n\toption enabled '0'\n\tlist port '443'\n")
	},
	{
		name: 'rules in another order, and a last line without an end',
		before: BY_HAND.slice(0, -1),
		rules: [WEB, VOICE],
		after:
			`# Ours; ask Anna before you touch it.\n` +
			`${/\n\n# Until[^]*/.exec(BY_HAND)?.[0] ?? ''}${/\n# The phone[^]*EF\n/.exec(BY_HAND)?.[0] ?? ''}`
	},
	{
		name: 'a file that is not understood is written anew',
		before: '# mine\nconfig keeps\n',
		rules: [WEB],
		after: HEADER + WEB_TEXT
	},
	{
		name: 'and one whose sections share a line',
		before:
			"# mine\nconfig keep x ; option name 'Web' ; list port '443' ; config keep y ; option name 'Voice' ; list dscp 'EF'\n",
		rules: [WEB],
		after: HEADER + WEB_TEXT
	},
	{
		name: 'and one whose sections are one to libuci',
		before: "config keep x\n\toption name 'Web'\nconfig keep x\n\tlist port '443'\n",
		rules: [WEB],
		after: HEADER + WEB_TEXT
	}
];

const PROGRAM = `#!/usr/bin/ucode
'use strict';
import { open } from 'fs';
import { edit_policy } from 'nft_offload.change.edit_policy';
const jobs = json(open('/jobs.json', 'r').read(1048576));
print(sprintf('%J', map(jobs, (job) => edit_policy(job.before, job.rules))));
`;

async function edited(tier: Tier): Promise<unknown> {
	const files = {
		'/usr/libexec/rpcd/luci.nft-offload': PROGRAM,
		'/jobs.json': JSON.stringify(EXAMPLES),
		'/var/run/.keep': ''
	};
	return (await tier.run({ name: '', files, method: '', expected: {} })).answer;
}

describe.each(allTiers())('in $name', (tier) => {
	test('each example becomes the text that it has to', async () => {
		const texts = await edited(tier);
		const named = (all: readonly unknown[]) =>
			Object.fromEntries(EXAMPLES.map(({ name }, index) => [name, all[index]]));
		expect(named(texts as unknown[])).toEqual(named(EXAMPLES.map(({ after }) => after)));
	});
});
