// SPDX-License-Identifier: Apache-2.0
/**
 * Collects the texts to translate into luci-app-src/po/templates/nft-offload.pot, as LuCI's own scanner does for
 * what it can read; it cannot read TypeScript. `--check` only says whether the template is up to date.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { asCommand, PROJECT } from './command.ts';
import { byBytes } from './tree.ts';

const TEMPLATE = 'luci-app-src/po/templates/nft-offload.pot';
const SOURCES = ['web/src', 'luci-app-src/htdocs', 'luci-app-src/root/usr/share'];
/** What LuCI translates of the menu and of the access groups. */
const TRANSLATED_KEYS = new Set(['title', 'description']);

/** The template's text: the messages by their bytes, each with the files that have it. */
export function messageTemplate(): string {
	const files = new Map<string, string[]>();
	for (const file of SOURCES.flatMap(filesBelow)) {
		for (const text of new Set(textsOf(file, readFileSync(join(PROJECT, file), 'utf8')))) {
			files.set(text, [...(files.get(text) ?? []), file]);
		}
	}
	const entries = [...files]
		.sort(([a], [b]) => byBytes(a, b))
		.map(([message, places]) => [...places.map((place) => `#: ${place}`), ...linesOf(message), 'msgstr ""']);
	const header = ['msgid ""', 'msgstr "Content-Type: text/plain; charset=UTF-8"'];
	return [header, ...entries].map((lines) => lines.join('\n') + '\n').join('\n');
}

/** Between a context and its text, as in LuCI's own catalogue (gettext's way). */
const CONTEXT = '\u0004';

function linesOf(message: string): string[] {
	const [context, text] = message.split(CONTEXT);
	return text === undefined
		? [`msgid ${quoted(message)}`]
		: [`msgctxt ${quoted(context ?? '')}`, `msgid ${quoted(text)}`];
}

/**
 * The texts of one file, in its order, with white space as LuCI's `_()` normalises it before it looks them up. One with a context
 * stands behind it.
 */
export function textsOf(file: string, content: string): string[] {
	const found = file.endsWith('.json') ? textsOfJson(JSON.parse(content)) : textsOfSource(file, content);
	return found.map((text) => text.split(CONTEXT).map(normalized).join(CONTEXT));
}

const normalized = (text: string) => text.trim().replace(/\s+/g, ' ');

function textsOfJson(value: unknown): string[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
		typeof inner === 'string' && TRANSLATED_KEYS.has(key) ? [inner] : textsOfJson(inner)
	);
}

function textsOfSource(file: string, content: string): string[] {
	const source = ts.createSourceFile(file, content, ts.ScriptTarget.ES2022);
	const texts: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === '_') {
			const [text, context] = node.arguments;
			if (!isLiteral(text) || (context !== undefined && !isLiteral(context))) {
				const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
				throw new Error(`${file}:${line + 1}: only a literal text can be collected from _()`);
			}
			texts.push(context === undefined ? text.text : `${context.text}${CONTEXT}${text.text}`);
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return texts;
}

const isLiteral = (node: ts.Expression | undefined): node is ts.StringLiteralLike =>
	node !== undefined && ts.isStringLiteralLike(node);

function filesBelow(directory: string): string[] {
	return readdirSync(join(PROJECT, directory), { recursive: true, encoding: 'utf8' })
		.filter((file) => /\.(tsx?|js|json)$/.test(file))
		.map((file) => `${directory}/${file}`)
		.sort(byBytes);
}

function quoted(text: string): string {
	return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

await asCommand(import.meta.filename, () => {
	const path = join(PROJECT, TEMPLATE);
	const text = messageTemplate();
	if (!process.argv.includes('--check')) {
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
	} else if (readFileSync(path, 'utf8') !== text) {
		throw new Error(`${TEMPLATE} is older than the texts: run make messages`);
	}
});
