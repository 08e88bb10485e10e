// SPDX-License-Identifier: Apache-2.0
import ts from 'typescript';

/**
 * Takes the comments out of ucode that the JavaScript parser understands, since they would be a quarter of its bytes
 * on the router, and the blanks that types have left before a bracket or a comma. Every line stays where it is; the
 * first lines, up to the licence, stay whole.
 */
export function withoutComments(text: string): string {
	const source = ts.createSourceFile('plugin.js', text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
	const keep = /^(#!.*\n)?(\/\/ SPDX-License-Identifier: .*\n)?/.exec(text)?.[0].length ?? 0;
	let result = text.slice(0, keep);
	let done = keep;
	// What lies between two tokens is white space and comments, and nothing else.
	const visit = (node: ts.Node): void => {
		if (ts.isJSDoc(node)) return;
		const children = node.getChildren(source);
		if (children.length > 0) {
			children.forEach(visit);
			return;
		}
		const start = node.getStart(source);
		if (start < done) return;
		const between = blank(text.slice(done, start));
		result += between === ' ' && /[),;]/.test(text[start] ?? '') ? '' : between;
		result += text.slice(start, node.end);
		done = node.end;
	};
	visit(source);
	return result + blank(text.slice(done));
}

function blank(between: string): string {
	return between
		.replace(/\/\*[^]*?\*\/|\/\/.*/g, (comment) => comment.replace(/[^\n]+/g, '') || ' ')
		.replace(/ {2,}/g, ' ')
		.replace(/[ \t]+\n/g, '\n');
}

/** Takes the comments that have a line of their own out of a shell script, but for its first lines up to the licence. */
export function withoutShellComments(text: string): string {
	return text.replace(/^[ \t]*#(?!!| SPDX).*\n/gm, '');
}
