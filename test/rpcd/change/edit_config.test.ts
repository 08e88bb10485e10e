// SPDX-License-Identifier: Apache-2.0
/** The editor together with libuci: the real one wherever a root is at hand. */
import { describe, expect, test } from 'vitest';
import type { OffloadOptions } from '../../../rpcd/api/index.ts';
import { exportText, parse } from '../../../web/src/lib/uci/index.ts';
import { allTiers, type Tier } from '../tiers.ts';
import { editConfigs, spliced, type EditedConfig } from './batch.ts';

const SOFTWARE = { flow_offloading: '1', flow_offloading_hw: null };
const DEFAULTS = "# why\nconfig defaults\n\toption input 'ACCEPT'\n";
const rule = (number: number) => `config rule\n\toption name 'rule ${number}'\n`;
const many = (size: number) =>
	Array.from({ length: Math.ceil(size / rule(1000).length) }, (_, index) => rule(1000 + index)).join('');

const tiers = allTiers();

async function edit(
	tier: Tier,
	text: string,
	wanted: OffloadOptions = SOFTWARE
): Promise<EditedConfig | undefined> {
	return (await editConfigs(tier, [{ text, wanted }]))[0];
}

/** What the text of a rewritten file says, by our own parser. */
const rewrittenAs = (meant: string) => exportText(parse(meant));

describe.each(tiers)('in $name', (tier) => {
	test('a line is added in place', async () => {
		const text = `${DEFAULTS}\toption flow_offloading '1'\n`;
		const splices = [{ at: DEFAULTS.length, length: 0, text: "\toption flow_offloading '1'\n" }];
		expect(spliced(DEFAULTS, splices)).toBe(text);
		expect(await edit(tier, DEFAULTS)).toEqual({ edit: { kind: 'in_place', splices }, text });
	});

	test('nothing is to be done', async () => {
		const text = `${DEFAULTS}\toption flow_offloading '1'\n`;
		expect(await edit(tier, text)).toEqual({ edit: { kind: 'in_place', splices: [] }, text });
	});

	test.each([
		['a list', `${DEFAULTS}\tlist flow_offloading '0'\n`, `${DEFAULTS}\toption flow_offloading '1'\n`],
		[
			'a section that goes on under the name that libuci has made up for it',
			`${DEFAULTS}config defaults cfg01e63d\n\toption flow_offloading '0'\n`,
			`${DEFAULTS}\toption flow_offloading '1'\n`
		],
		['a backslash at the end', DEFAULTS.replace(/'\n$/, "'\\"), `${DEFAULTS}\toption flow_offloading '1'\n`]
	])('libuci writes anew: %s', async (_name, before, meant) => {
		const text = rewrittenAs(meant);
		expect(await edit(tier, before)).toEqual({
			edit: {
				kind: 'rewritten',
				config: { base64: Buffer.from(text, 'latin1').toString('base64'), size: text.length }
			},
			text
		});
	});

	describe('an include of ours that somebody has switched off', () => {
		const ON = `${DEFAULTS}\toption flow_offloading '1'\n\nconfig include 'nft_offload'\n\toption type 'script'\n\toption path '/usr/libexec/nft-offload/policy'\n\toption fw4_compatible '1'\n`;
		const SWITCHED_OFF = `${ON}\toption enabled 'off' # for now\n`;
		const INCLUDED = { ...SOFTWARE, include: true as const };

		test('is switched on where one is wanted', async () => {
			const edited = await edit(tier, SWITCHED_OFF, INCLUDED);
			expect(edited).toMatchObject({ edit: { kind: 'in_place' }, text: `${ON}\t# for now\n` });
		});

		test('is switched on by libuci, too', async () => {
			const before = SWITCHED_OFF.replace('option flow', 'list flow');
			expect(await edit(tier, before, INCLUDED)).toMatchObject({
				edit: { kind: 'rewritten' },
				text: rewrittenAs(ON)
			});
		});

		test('stays where none is wanted', async () => {
			expect(await edit(tier, SWITCHED_OFF)).toMatchObject({ edit: { splices: [] }, text: SWITCHED_OFF });
		});
	});

	test.each([
		['no defaults', 'config zone\n', { problem: 'no_defaults' }],
		[
			'what libuci refuses',
			`${DEFAULTS}\toption a-b 'c'\n`,
			{ problem: 'edit_failed', reason: 'libuci refuses the file, or memory is full' }
		],
		[
			'a type that libuci does not write as it reads it',
			`${DEFAULTS}\tlist flow_offloading '0'\nconfig 'a#b'\n`,
			{ problem: 'edit_failed', reason: 'libuci would change more than is meant' }
		]
	])('a problem: %s', async (_name, before, problem) => {
		expect(await edit(tier, before)).toEqual(problem);
	});

	test('a file larger than any that a change begins with is edited in place: it may have to be put back', async () => {
		const text = DEFAULTS + many(200000);
		expect(await edit(tier, text)).toMatchObject({ edit: { kind: 'in_place' } });
	});
});
