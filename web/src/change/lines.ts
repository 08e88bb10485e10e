// SPDX-License-Identifier: Apache-2.0
/** The lines of /etc/config/firewall that a change touches, as the admin reads them. */
import type { ChangeCheck, Splice } from '../../../rpcd/api/index.ts';
import { changedLines, decodeBase64, type DiffLine } from '../lib/uci/index.ts';

/** A line, or a place where lines are left out. */
export type ReviewLine = DiffLine | { change: 'gap'; text: string };

/** Unchanged lines that are shown on either side of a change. */
const CONTEXT = 3;

/** The lines that change, some around them, and the head of their section. Throws what `atob` throws. */
export function reviewLines({ config, edit }: Pick<ChangeCheck, 'config' | 'edit'>): ReviewLine[] {
	const before = decodeBase64(config.base64);
	const after = edit.kind === 'rewritten' ? decodeBase64(edit.config.base64) : spliced(before, edit.splices);
	return excerpt(changedLines(before, after, Infinity));
}

/** The splices are in the order of the file, and their offsets those of the old one. */
function spliced(bytes: string, splices: readonly Splice[]): string {
	let text = '';
	let from = 0;
	for (const splice of splices) {
		text += bytes.slice(from, splice.at) + splice.text;
		from = splice.at + splice.length;
	}
	return text + bytes.slice(from);
}

function excerpt(lines: readonly DiffLine[]): ReviewLine[] {
	const shown = new Set<number>();
	for (const [index, { change }] of lines.entries()) {
		if (change === 'same') continue;
		const head = headBefore(lines, index);
		shown.add(head);
		for (let near = Math.max(head, index - CONTEXT); near <= index + CONTEXT; near++) shown.add(near);
	}
	return lines.flatMap((line, index): ReviewLine[] => {
		if (!shown.has(index)) return [];
		const gap = index > 0 && !shown.has(index - 1) && !isHead(line);
		return gap ? [{ change: 'gap', text: '…' }, line] : [line];
	});
}

/** Without it nobody knows which section the options are in. */
function headBefore(lines: readonly DiffLine[], from: number): number {
	for (let index = from; index >= 0; index--) if (isHead(lines[index])) return index;
	return Math.max(0, from - CONTEXT);
}

const isHead = (line: DiffLine | undefined) => line !== undefined && /^\s*config\s/.test(line.text);
