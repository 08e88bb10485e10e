// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

/** A document, and what the real `uci` of OpenWrt 25.12.2 made of it. All byte strings. */
export interface Recording {
	name: string;
	input: string;
	outcome: { error: string } | { show: string; export: string };
}

interface Entry {
	name?: string;
	input: string;
	error?: string;
	show?: string;
	export?: string;
}

const bytes = (base64 = '') => Buffer.from(base64, 'base64').toString('latin1');

function load(file: string): Recording[] {
	const path = new URL(`../../../fixtures/uci/${file}.json`, import.meta.url);
	const entries = JSON.parse(readFileSync(path, 'utf8')) as Entry[];
	return entries.map((entry, index) => ({
		name: entry.name ?? `${file} ${index}`,
		input: bytes(entry.input),
		outcome:
			entry.error === undefined
				? { show: bytes(entry.show), export: bytes(entry.export) }
				: { error: entry.error }
	}));
}

export const recordings = [...load('named'), ...load('random')];
