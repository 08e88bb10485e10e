// SPDX-License-Identifier: Apache-2.0
import { parse, UciError } from '../../../web/src/lib/uci/index.ts';
import type { Package } from './model.ts';

export type Loaded =
	| { state: 'loaded'; pkg: Package }
	| { state: 'missing' }
	/** In libuci's own words, with the line. */
	| { state: 'broken'; reason: string };

/** Reads a configuration file as libuci does. Its texts are byte strings: a character for each byte. */
export function load(bytes: Buffer): Loaded {
	try {
		const { sections } = parse(bytes.toString('latin1'));
		const copies = sections.map(({ name, type, anonymous, options }) => ({
			name,
			type,
			anonymous,
			options: new Map(
				[...options].map(([option, value]) => [option, typeof value === 'string' ? value : [...value]])
			)
		}));
		return { state: 'loaded', pkg: { sections: copies, made: sections.length } };
	} catch (error) {
		if (error instanceof UciError) return { state: 'broken', reason: error.message };
		throw error;
	}
}
