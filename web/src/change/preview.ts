// SPDX-License-Identifier: Apache-2.0
import type { ConfigText, OffloadOptions } from '../../../rpcd/api/index.ts';
import {
	commitPreview,
	decodeBase64,
	parse,
	UciError,
	type DiffLine,
	type Document,
	type Edit,
	type Loss
} from '../lib/uci/index.ts';
import { OPTIONS } from './staged.ts';

const DEFAULTS = '@defaults[0]';

/** What a file read later is, seen from the change. */
export type Comparison = 'as_meant' | 'as_before' | 'different';

/** What a change does to /etc/config/firewall, and how to tell later whether it was done. */
export interface ConfigPreview {
	/** The lines that change, with some around them. */
	lines: DiffLine[];
	loss: Loss;
	compare: (now: ConfigText) => Comparison;
}

/**
 * @param config the file as it is committed
 * @param options the two options as they are staged
 * @param alone nothing else of the firewall is staged, so that every other value must stay as it is
 * @throws UciError or UciEditError for a file that libuci would refuse
 */
export function previewChange(config: ConfigText, options: OffloadOptions, alone: boolean): ConfigPreview {
	const before = parse(decodeBase64(config.base64));
	const edits = OPTIONS.map((option): Edit => ({ section: DEFAULTS, option, value: options[option] }));
	const { lines, loss, edited } = commitPreview(before, edits);
	const meant = meaning(edited, alone);
	const old = meaning(before, true);
	return {
		lines,
		loss,
		compare: (now) => {
			const found = parseOrNull(now);
			if (found === null) return 'different';
			if (meaning(found, alone) === meant) return 'as_meant';
			return meaning(found, true) === old ? 'as_before' : 'different';
		}
	};
}

function parseOrNull({ base64 }: ConfigText): Document | null {
	try {
		return parse(decodeBase64(base64));
	} catch (error) {
		if (error instanceof UciError) return null;
		throw error;
	}
}

/**
 * What a file says, whatever its formatting and the order of options. Where others change too, nothing can be foretold
 * but our own options, and that there is a section for them.
 */
function meaning({ sections }: Document, all: boolean): string {
	return JSON.stringify(
		all
			? sections.map(({ type, name, options }) => [type, name, [...options].sort(byName)])
			: sections
					.filter(({ type }) => type === 'defaults')
					.slice(0, 1)
					.map(({ options }) => OPTIONS.map((option) => options.get(option)))
	);
}

const byName = ([one]: [string, unknown], [other]: [string, unknown]) => (one < other ? -1 : 1);
