// SPDX-License-Identifier: Apache-2.0
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

/**
 * Takes the comments out of ucode that the JavaScript parser understands, since they would be a quarter of its bytes
 * on the router. The first lines, up to the licence, stay whole.
 */
export function withoutComments(text: string): string {
	return betweenTokens(text, (between) =>
		between
			.replace(/\/\*[^]*?\*\/|\/\/.*/g, (comment) => comment.replace(/[^\n]+/g, '') || ' ')
			.replace(/ {2,}/g, ' ')
			.replace(/[ \t]+\n/g, '\n')
	);
}

/** Lays ucode out as the sources are: indented, a statement a line, for whoever reads it on a router. */
export async function laidOut(text: string): Promise<string> {
	const options = await resolveConfig(import.meta.filename);
	return format(text, { ...options, parser: 'acorn' });
}

/**
 * Rewrites what lies between two tokens: white space and comments, and nothing else. The first lines, up to the
 * licence, stay whole.
 */
function betweenTokens(text: string, rewrite: (between: string) => string): string {
	const source = ts.createSourceFile('plugin.js', text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
	const keep = /^(#!.*\n)?(\/\/ SPDX-License-Identifier: .*\n)?/.exec(text)?.[0].length ?? 0;
	let result = text.slice(0, keep);
	let done = keep;
	const visit = (node: ts.Node): void => {
		if (ts.isJSDoc(node)) return;
		const children = node.getChildren(source);
		if (children.length > 0) {
			children.forEach(visit);
			return;
		}
		const start = node.getStart(source);
		if (start < done) return;
		result += rewrite(text.slice(done, start));
		result += text.slice(start, node.end);
		done = node.end;
	};
	visit(source);
	return result + rewrite(text.slice(done));
}

/** Takes the comments that have a line of their own out of a shell script, but for its first lines up to the licence. */
export function withoutShellComments(text: string): string {
	return text.replace(/^[ \t]*#(?!!| SPDX).*\n/gm, '');
}
