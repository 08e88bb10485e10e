// SPDX-License-Identifier: Apache-2.0
/** The lines of the file that a change touches, as the admin reads them. */
import { describe, expect, it } from 'vitest';
import type { ConfigEdit, Splice } from '../../../rpcd/api/index.ts';
import { reviewLines } from '../../../web/src/change/lines.ts';

const config = (bytes: string) => ({ base64: btoa(bytes), size: bytes.length });

function shown(before: string, edit: ConfigEdit): string[] {
	return reviewLines({ config: config(before), edit }).map(({ change, text }) => `${change} ${text}`);
}

const inPlace = (...splices: Splice[]): ConfigEdit => ({ kind: 'in_place', splices });

describe('an edit in place', () => {
	it('is shown with the head of its section, however far above', () => {
		const options = Array.from({ length: 9 }, (_, index) => `\toption o${index} '1'\n`).join('');
		const before = `# mine\n\nconfig defaults # here\n${options}\nconfig zone\n\toption name 'lan'\n`;
		const at = before.indexOf('\nconfig zone');
		expect(shown(before, inPlace({ at, length: 0, text: "\toption flow_offloading '1'\n" }))).toEqual([
			'same config defaults # here',
			'gap …',
			"same \toption o6 '1'",
			"same \toption o7 '1'",
			"same \toption o8 '1'",
			"added \toption flow_offloading '1'",
			'same ',
			'same config zone',
			"same \toption name 'lan'"
		]);
	});

	it('puts each splice where the old file had its bytes, of which some are no ASCII', () => {
		const umlaut = String.fromCharCode(0xc3, 0xbc);
		const before = `# T${umlaut}r\nconfig defaults\n\toption a '0'\n\toption b '0'\n`;
		const splice = (text: string) => ({
			at: before.indexOf(text),
			length: text.length,
			text: text.replace('0', '1')
		});
		expect(shown(before, inPlace(splice("a '0'"), splice("b '0'")))).toEqual([
			'same config defaults',
			"removed \toption a '0'",
			"removed \toption b '0'",
			"added \toption a '1'",
			"added \toption b '1'"
		]);
		const all = shown(before, inPlace({ at: 0, length: 1, text: '##' }));
		expect(all.slice(0, 2)).toEqual(['removed # Tür', 'added ## Tür']);
	});

	it('of nothing is shown as nothing', () => {
		expect(shown('config defaults\n', inPlace())).toEqual([]);
	});
});

it('a file that is written anew is compared as a whole', () => {
	const before = "# mine\nconfig 'defaults'\n\toption a 1\n";
	const after = "\nconfig defaults\n\toption a '1'\n\toption flow_offloading '1'\n\n";
	const lines = shown(before, { kind: 'rewritten', config: config(after) });
	expect(lines).toContain('removed # mine');
	expect(lines).toContain("added \toption flow_offloading '1'");
});

it('bytes that hide or reorder text are seen', () => {
	const lines = shown('config defaults\n\u001b[2K\n', inPlace({ at: 0, length: 0, text: '\n' }));
	expect(lines.join()).toContain('␛[2K');
});
