// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type Page } from '@playwright/test';
import type axe from 'axe-core';

declare global {
	interface Window {
		axe: typeof axe;
	}
}

const SOURCE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** Nothing that axe finds fault with in our part of the page, with all of its rules: each fault, and where. */
export async function expectAccessible(page: Page): Promise<void> {
	await page.evaluate(SOURCE);
	const faults = await page.evaluate(async () => {
		const { violations } = await window.axe.run('#nft-offload');
		return violations.flatMap(({ id, help, nodes }) =>
			nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary ?? ''}`)
		);
	});
	expect(faults, 'faults of accessibility').toEqual([]);
}
