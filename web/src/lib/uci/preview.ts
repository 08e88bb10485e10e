// SPDX-License-Identifier: Apache-2.0
import { displayText } from './bytes.ts';
import { changedLines, type DiffLine } from './diff.ts';
import { sameValue, setOption, type Edit } from './edit.ts';
import type { Document } from './document.ts';
import { UciError } from './error.ts';
import { exportText } from './export.ts';
import { parse } from './parse.ts';

/** What a file loses when libuci writes it anew, as it does with every commit. */
export interface Loss {
	/** Its comments, as text for human eyes, each from its `#` on. */
	comments: string[];
	/** Blank lines, indentation, quotes, or the order of lines are not as libuci writes them. */
	formatting: boolean;
	/** What libuci writes it would not read back as the same: a type with `#`, `;`, a quote or a backslash. */
	meaning: boolean;
}

export function lossOnCommit(document: Document): Loss {
	const written = exportText(document);
	return {
		comments: document.comments.map(({ start, end }) =>
			displayText(document.text.slice(start, end).trimEnd())
		),
		formatting: withoutComments(document) !== written,
		meaning: !saysTheSame(document, written)
	};
}

/** The text without its comments, and without the lines that held nothing else. */
function withoutComments({ text, comments }: Document): string {
	let rest = '';
	let from = 0;
	for (const { start, end } of comments) {
		const line = text.slice(from, start);
		const kept = line.replace(/[ \t]*$/, '');
		rest += kept;
		const wholeLine = kept === '' || kept.endsWith('\n');
		from = text[end - 1] === '\n' && !wholeLine ? end - 1 : end;
	}
	return rest + text.slice(from);
}

function saysTheSame({ sections }: Document, text: string): boolean {
	let again: Document;
	try {
		again = parse(text);
	} catch (error) {
		if (error instanceof UciError) return false;
		throw error;
	}
	return (
		again.sections.length === sections.length &&
		sections.every(({ type, name, anonymous, options }, index) => {
			const other = again.sections[index];
			return (
				other?.type === type &&
				other.name === name &&
				other.anonymous === anonymous &&
				other.options.size === options.size &&
				[...options].every(([option, value]) => sameValue(value, other.options.get(option) ?? null))
			);
		})
	);
}

/** What an admin confirms before a commit. */
export interface CommitPreview {
	/** The lines that change, as the admin would have changed them by hand. */
	lines: DiffLine[];
	/** The file with these lines changed, all else as it was. */
	edited: Document;
	/** What libuci will write instead, byte for byte. */
	written: string;
	loss: Loss;
}

/**
 * Shows edits before they are committed: the lines that mean something, and apart from them what libuci's
 * rewriting of the whole file takes away.
 *
 * @throws UciEditError an edit that cannot be made
 */
export function commitPreview(document: Document, edits: readonly Edit[], context = 3): CommitPreview {
	const edited = edits.reduce(setOption, document);
	return {
		lines: changedLines(document.text, edited.text, context),
		edited,
		written: exportText(edited),
		loss: lossOnCommit(document)
	};
}
