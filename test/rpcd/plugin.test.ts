// SPDX-License-Identifier: Apache-2.0
/** The plugin's cases, in Node and, where there is one, on a real ucode: the same answers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stripPlugin } from '../../packaging/strip.ts';
import { expectedCalls, type Case } from './case.ts';
import { CONFIG_CASES } from './cases/config.ts';
import { FLOWS_CASES } from './cases/flows.ts';
import { MODE_CASES } from './cases/mode.ts';
import { REQUEST_CASES } from './cases/request.ts';
import { STATUS_CASES } from './cases/status.ts';
import { findRootfs, unpackRootfs } from './rootfs.ts';
import { nodeTier, ucodeTier, type Tier } from './tiers.ts';

const GROUPS: Record<string, readonly Case[]> = {
	'bad input': REQUEST_CASES,
	get_status: STATUS_CASES,
	get_config: CONFIG_CASES,
	get_flows: FLOWS_CASES,
	set_mode: MODE_CASES
};

function installed(directory: string): string {
	stripPlugin(directory);
	return directory;
}

const found = findRootfs();
const node = installed(mkdtempSync(join(tmpdir(), 'nft-offload-node-')));
const ucode = 'missing' in found ? null : installed(unpackRootfs(found.archive));

afterAll(() => {
	for (const directory of [node, ucode]) {
		if (directory !== null) {
			rmSync(directory, { recursive: true });
		}
	}
});

/** How long it took depends on the machine; that it is a whole number of microseconds does not. */
function withoutDuration(answer: unknown): unknown {
	if (typeof answer !== 'object' || answer === null || !('took_us' in answer)) {
		return answer;
	}
	const { took_us, ...rest } = answer;
	expect(took_us).toSatisfy((value) => Number.isInteger(value) && Number(value) >= 0);
	return rest;
}

function runOn(tier: Tier): void {
	describe.each(Object.entries(GROUPS))('%s', (_group, cases) => {
		test.each(cases)('$name', async (given) => {
			const { answer, calls } = await tier.run(given);
			expect(withoutDuration(answer)).toEqual(given.expected);
			expect(calls).toEqual(expectedCalls(given));
		});
	});
}

describe('in Node', () => {
	runOn(nodeTier(node));
});

describe.skipIf(ucode === null)('on a real ucode', () => {
	if (ucode !== null) {
		runOn(ucodeTier(ucode));
	}
});
