// SPDX-License-Identifier: Apache-2.0
/** The editor of /etc/config/firewall by examples, in Node and on each real ucode at hand. */
import { describe, expect, test } from 'vitest';
import { allTiers } from '../tiers.ts';
import { editAll, spliced, type Job } from './batch.ts';
import { EDIT_CASES } from './edit.cases.ts';

const tiers = allTiers();
const jobs: Job[] = EDIT_CASES.map(({ before, wanted: [flow_offloading, flow_offloading_hw] }) => ({
	text: before,
	wanted: { flow_offloading, flow_offloading_hw }
}));

describe.each(tiers)('in $name', (tier) => {
	test('each example becomes the text that it has to', async () => {
		const results = await editAll(tier, jobs);
		const named = (texts: (string | null)[]) =>
			Object.fromEntries(EDIT_CASES.map(({ name }, index) => [name, texts[index] ?? null]));
		expect(named(results.map((result) => result?.text ?? null))).toEqual(
			named(EDIT_CASES.map(({ after }) => after))
		);
		for (const [index, result] of results.entries()) {
			if (result === null) continue;
			expect(spliced(EDIT_CASES[index]?.before ?? '', result.splices)).toBe(result.text);
			for (const { text } of result.splices) expect(text).toMatch(/^[\t\n\r -~]*$/);
			const offsets = result.splices.map(({ at }) => at);
			expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
		}
	});
});
